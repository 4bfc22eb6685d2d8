// Decides a stock of unit takes (or takes of one constant quantity) in O(n log n).
// It refuses histories with a restock or with takes of several quantities.

public import History

/// The exact monitor for a stock that is only taken from, always by the same quantity.
///
/// **Levels.** Without restocks the stock runs down a staircase: after `k` takes of `q` units
/// `units − k·q` are left, and that is *level* `k`. Let `t(k)` be the moment of the `k`-th take;
/// there are at most `N = units / q` of them. A history is linearizable iff the takes that took
/// effect can be lined up as the 1st, 2nd, … with `t(1) ≤ t(2) ≤ …` such that
///  - the `k`-th take's moment lies in its interval, and a take told a remaining claims its level;
///  - a read of level `k` overlaps `[t(k), t(k+1)]`, that is `t(k) ≤ reply` and `t(k+1) ≥ call`;
///  - "sold out" comes with `t(k) ≤ reply` for the first level `k` too low for that take;
///  - every take that is `ok` has a level; an indeterminate one may or may not.
///
/// (Ends are ranks, and equal ranks are concurrent, so closed intervals are exact: of equal moments
/// lower levels go first, and a read of level `k` just after take `k`.)
///
/// **Windows.** The first three say `low(k) ≤ t(k) ≤ high(k)`. As the moments ascend, `low` may be
/// replaced by its running maximum and `high` by its running minimum from above; if then
/// `low(k) > high(k)`, the calls that set the two contradict each other.
///
/// **Filling.** Levels up to the highest one observed must be reached. Those that no told take
/// claims are filled by takes that didn't learn what was left (mandatory) or by indeterminate ones
/// (optional, no deadline); mandatory ones may also go to levels above. Level by level upwards, the
/// mandatory take with the earliest reply among those called by `high(k)` is chosen, else an
/// optional one. If a way to fill the levels exists, one exists that agrees with these choices:
/// where it differs first, at `k`, it has some take `h` instead of our `g`. Either `g` is optional
/// and unused, then so is `h` optional, and `g` may stand in for it; or it has `g` at a later level
/// `l`, and the two may change places: `h` was called by `high(k) ≤ high(l)`, and is answered no
/// earlier than `g`, hence not before `low(l)`. So the choices fail only where no way exists.
///
/// **Moments.** Chosen so, moments exist: take `t(k)` as the maximum of `t(k−1)`, `low(k)` and the
/// call of the take at `k`. It could exceed the end of its window only by the call of a take `a` at
/// a lower level than a take `b` with `b`'s reply before `a`'s call; but then `b` was there to be
/// chosen at `a`'s level, and has the earlier reply.
///
/// Time O(n log n), memory O(n), whatever the number of units.
public struct StockMonitor: Monitor {
  public typealias Data = Stock

  public static var name: String { "stock-monitor" }

  /// Units at the start.
  public let units: Int

  /// - Parameter units: units in stock at the start, 0 or more.
  public init(units: Int) {
    precondition(units >= 0, "a stock starts with 0 units or more")
    self.units = units
  }

  public func judge(
    _ calls: [TimedCall<Stock>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    let stairs = StockStairs(units: units, quantity: try quantity(of: calls))
    let takes = calls.count { stairs.claim(of: $0).isTake }
    var levels = StockLevels(calls, stairs, takes: takes)
    let finding: Finding
    do throws(StockConflict) {
      try levels.observe()
      try levels.narrow()
      try levels.fill()
      finding = .order(levels.order())
    } catch {
      finding = .violation(levels.explain(error))
    }
    return judgement(of: finding, calls, key: key, bytes: levels.bytes)
  }

  /// The one quantity that takes took, or may have taken.
  private func quantity(of calls: [TimedCall<Stock>]) throws(NotApplicable) -> Int {
    var quantity: Int?
    for call in calls {
      switch call.call {
      case .restock:
        throw NotApplicable("the stock is restocked")
      case .take(let units) where call.reply != .soldOut:
        if let quantity, quantity != units {
          throw NotApplicable("some takes are of \(quantity) and some of \(units) units")
        }
        guard units > 0 else { throw NotApplicable("a take is of \(units) units") }
        quantity = units
      case .take, .read:
        break
      }
    }
    return quantity ?? 1
  }
}

/// The staircase that a stock runs down when every take is of the same quantity.
struct StockStairs: Sendable {
  /// Units at the start.
  let units: Int
  /// Units of a take.
  let quantity: Int

  /// The number of takes that there is stock for.
  var lowest: Int { units / quantity }

  func left(at level: Int) -> Int { units - level * quantity }

  /// The level at which so many units are left, if there is one.
  private func level(leaving left: Int) -> Int? {
    guard (0...units).contains(left), (units - left) % quantity == 0 else { return nil }
    return (units - left) / quantity
  }

  /// The first level at which so many units are no longer there, if there is one.
  private func level(lacking asked: Int) -> Int? {
    if asked > units { return 0 }
    let level = (units - asked) / quantity + 1
    return level <= lowest ? level : nil
  }

  /// What one call says of the levels.
  func claim(of call: TimedCall<Stock>) -> StockClaim {
    switch (call.call, call.reply) {
    case (.take, .left(let told)):
      level(leaving: told).flatMap { $0 > 0 ? .reaches($0) : nil } ?? .impossible
    case (.take(let asked), .soldOut):
      level(lacking: asked).map(StockClaim.lacks) ?? .impossible
    case (.take, .taken): .takes
    case (.take, nil): .mayTake
    case (.read, .value(let told)): level(leaving: told).map(StockClaim.sees) ?? .impossible
    case (.read, .unread): .seesNothing
    case (.read, nil): .nothing
    default: .impossible
    }
  }
}

/// What one call says of the levels.
enum StockClaim: Sendable, Hashable {
  /// A take that led to this level.
  case reaches(Int)
  /// A take that led to some level.
  case takes
  /// A take that may have led to a level.
  case mayTake
  /// A read of this level.
  case sees(Int)
  /// A take refused because this level, the first one too low for it, had been reached.
  case lacks(Int)
  /// A read that took effect without saying what it read.
  case seesNothing
  /// An indeterminate read: it says nothing and changes nothing.
  case nothing
  /// No level answers so.
  case impossible

  var isTake: Bool {
    switch self {
    case .reaches, .takes, .mayTake: true
    default: false
    }
  }

  /// The highest level that was certainly reached by the reply.
  var reached: Int? {
    switch self {
    case .reaches(let level), .sees(let level), .lacks(let level): level
    default: nil
    }
  }

  /// The lowest level that was certainly not reached before the call.
  var unreached: Int? {
    switch self {
    case .reaches(let level): level
    case .sees(let level): level + 1
    default: nil
    }
  }
}
