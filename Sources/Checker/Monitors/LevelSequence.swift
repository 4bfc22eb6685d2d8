// What a stock that only goes down and a counter that only goes up have in common: levels that are
// passed in turn, one by each call that changes the value. The argument of their monitors.

import History

/// An object whose value goes through the levels 0, 1, 2, … one by one.
///
/// **Levels.** After `k` steps the object is at level `k`. Let `t(k)` be the moment of the `k`-th
/// step. A history is linearizable iff the steps that took effect can be lined up as the 1st, 2nd, …
/// with `t(1) ≤ t(2) ≤ …` such that
///  - the `k`-th step's moment lies in its interval, and a step told its level has that level;
///  - a read of level `k` overlaps `[t(k), t(k+1)]`, that is `t(k) ≤ reply` and `t(k+1) ≥ call`;
///  - a call that shows that level `k` was passed ("sold out") has `t(k) ≤ reply`;
///  - every step that is `ok` has a level; an indeterminate one may or may not.
///
/// (Ends are ranks, and equal ranks are concurrent, so closed intervals are exact: of equal moments
/// lower levels go first, and a read of level `k` just after step `k`.)
///
/// **Windows.** The first three say `low(k) ≤ t(k) ≤ high(k)`. As the moments ascend, `low` may be
/// replaced by its running maximum and `high` by its running minimum from above; if then
/// `low(k) > high(k)`, the calls that set the two contradict each other.
///
/// **Filling.** Levels up to the highest one observed must be reached. Those that no step claims are
/// filled by steps that weren't told their level (mandatory) or by indeterminate ones (optional, no
/// deadline); mandatory ones may also go to levels above. Level by level upwards, the mandatory step
/// with the earliest reply among those called by `high(k)` is chosen, else an optional one. If a way
/// to fill the levels exists, one exists that agrees with these choices: where it differs first, at
/// `k`, it has some step `h` instead of our `g`. Either `g` is optional and unused, then so is `h`
/// optional, and `g` may stand in for it; or it has `g` at a later level `l`, and the two may change
/// places: `h` was called by `high(k) ≤ high(l)`, and is answered no earlier than `g`, hence not
/// before `low(l)`; a mandatory `g` that it leaves out is no way. So the choices fail only where no
/// way exists.
///
/// **Moments.** Chosen so, moments exist: take `t(k)` as the maximum of `t(k−1)`, `low(k)` and the
/// call of the step at `k`. It could exceed the end of its window only by the call of a step `a` at
/// a lower level than a step `b` with `b`'s reply before `a`'s call; but then `b` was there to be
/// chosen at `a`'s level, and has the earlier reply.
///
/// Time O(n log n), memory O(n), whatever the number of levels.
protocol LevelSequence: Sendable {
  associatedtype Data: Datatype

  /// The last level there is; `Int.max` if they never end.
  var last: Int { get }

  /// What one call says of the levels.
  func claim(of call: TimedCall<Data>) -> StairClaim
}

/// What one call says of the levels.
enum StairClaim: Sendable, Hashable {
  /// A step that led to this level.
  case reaches(Int)
  /// A step that led to some level.
  case steps
  /// A step that may have led to a level.
  case mayStep
  /// A read of this level.
  case sees(Int)
  /// Something that could only happen at this level or after it.
  case passes(Int)
  /// A read that took effect without saying what it read.
  case seesNothing
  /// An indeterminate read: it says nothing and changes nothing.
  case nothing
  /// No level answers so.
  case impossible

  var isStep: Bool {
    switch self {
    case .reaches, .steps, .mayStep: true
    default: false
    }
  }

  /// The highest level that was certainly reached by the reply.
  var reached: Int? {
    switch self {
    case .reaches(let level), .sees(let level), .passes(let level): level
    default: nil
    }
  }

  /// The lowest level that was certainly not reached before the call.
  var unreached: Int? {
    switch self {
    case .reaches(let level): level
    // A level no file can have steps for; it is refused as out of reach.
    case .sees(let level): level == .max ? nil : level + 1
    default: nil
    }
  }
}
