// What the general engine leaves out of its search, and why nothing is lost by it.
// Every reduction can be switched off; tests do, and no verdict may change.

/// Ways to search less. Each holds for every model, by the argument beside it.
///
/// A *configuration* is what the search has decided at one point of the history: which open calls
/// have taken effect, how many indeterminate calls of each class have, and the object's state.
public struct Reductions: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// Calls take effect only when a reply forces it (Lowe, *Testing for linearizability*, 2017).
  ///
  /// Given a linearization, let every call take effect at the earliest reply among the calls at or
  /// after it in the order. That moment is not after its own reply, nor before its call: a call
  /// that started after the reply of a later one in the order would contradict the order. The order
  /// itself is unchanged. So it is enough to let calls take effect at replies, in a chain that ends
  /// with the call that replies; indeterminate calls at the end of the order needn't happen.
  public static let justInTime = Reductions(rawValue: 1 << 0)

  /// A configuration names only calls that are open, by a slot that is used again after the reply.
  ///
  /// Of calls that have replied all have taken effect, of calls to come none has; so the position
  /// in the history and one bit per open call say which calls have. Its size is the greatest number
  /// of calls open at once, not the length of the history, and one long call doesn't stretch it.
  public static let window = Reductions(rawValue: 1 << 1)

  /// An open pure read which the state explains takes effect at once, without branching.
  ///
  /// Take any linearization that goes on from here and move the read to its front. The read leaves
  /// the state as it is, so every other call still answers as before; it is open now, so its
  /// interval is respected. Indeterminate pure reads constrain nothing and are dropped.
  public static let eagerReads = Reductions(rawValue: 1 << 2)

  /// Indeterminate calls with the same input are counted, not told apart: 2^k becomes k + 1.
  ///
  /// None of them ends and none has a reply, so two of them differ in their start alone. Where a
  /// linearization uses some of them, sort these places and fill them in the order of the calls:
  /// the j-th place comes after at least j of the calls, so after the start of the j-th earliest.
  public static let indeterminateClasses = Reductions(rawValue: 1 << 3)

  /// Of open calls with the same input and the same reply, the one that ends first goes first.
  ///
  /// If a linearization takes a later-ending one first, exchange the two: both are open now, so
  /// the first place suits the earlier-ending one; the second place is before the end of the
  /// earlier-ending one, so before the end of the other. The states in between are the same.
  public static let interchangeable = Reductions(rawValue: 1 << 4)

  /// A configuration that used more indeterminate calls than another, and is otherwise the same,
  /// is not searched.
  ///
  /// Indeterminate calls need not happen. Whatever continues the one that used more also continues
  /// the one that used fewer, with the same calls; so if the former leads to a linearization, so
  /// does the latter. By induction on the length of what remains, a search that leaves out only
  /// such configurations still finds a linearization if there is one.
  public static let fewerIndeterminate = Reductions(rawValue: 1 << 5)

  /// Where no call is open but indeterminate ones, the history is cut: the set of configurations
  /// possible there is carried over, everything before is forgotten.
  ///
  /// At such a point every call before it took effect before every call after it, indeterminate
  /// ones aside; those are in the configuration as counts. What follows depends on the past only
  /// through the configurations possible at the cut, so the history has a linearization iff the
  /// rest has one from one of them.
  public static let cuts = Reductions(rawValue: 1 << 6)

  /// A configuration is given up when the object's level can no longer come to where an open call
  /// was answered (`Model.level`, `change`, `levels`).
  ///
  /// The level can rise at most by what all calls that have yet to take effect may raise it, and
  /// fall likewise; calls whose reply is past have taken effect. If the levels that allow an open
  /// call's reply are beyond that, no continuation lets it take effect, though it must.
  public static let levels = Reductions(rawValue: 1 << 7)

  /// Overwrites that nobody effectively sees wait until their reply and are then put back in the
  /// order, just before the last overwrite chosen in the open.
  ///
  /// Take a linearization, and in a chain an overwrite that does not end it, followed there by no
  /// effect but pure reads and then by another overwrite. Take it out together with those reads:
  /// what follows is unchanged, as the second overwrite leaves the same state whatever was before.
  /// They are put back when the first of them is due. Let *b* be the last overwrite chosen in the
  /// open by then, no earlier than the second one: all of them were called before *b* took effect,
  /// none has replied yet, and just before *b* they disturb nothing, since *b* overwrites. By
  /// induction over such overwrites the search may refuse to choose them in the open, if it offers,
  /// for a call that is due: an overwrite, or a pure read with an overwrite that explains it, may
  /// go just before the last overwrite chosen in the open, if called before that took effect. Other
  /// pure reads called before then which it explains go with it, as in eager reads. A configuration
  /// whose last overwrite is later allows more of this and is otherwise the same.
  ///
  /// Needs `justInTime` and `eagerReads`; without them it is off.
  public static let hiddenOverwrites = Reductions(rawValue: 1 << 8)

  /// A search that grows long is ended by a reply that no reachable state allows.
  ///
  /// Let any call that was called by a reply be performed, by then, any number of times in any
  /// order. A linearization performs each at most once, so the states it comes through before the
  /// reply are among the states reached so. If none of them allows the reply, there is none.
  public static let relaxation = Reductions(rawValue: 1 << 9)

  public static let all: Reductions = [
    .justInTime, .window, .eagerReads, .indeterminateClasses, .interchangeable,
    .fewerIndeterminate, .cuts, .levels, .hiddenOverwrites, .relaxation,
  ]

  /// Each reduction with its name, for tests and benches.
  public static let named: [(name: String, reduction: Reductions)] = [
    ("just in time", .justInTime), ("window", .window), ("eager reads", .eagerReads),
    ("indeterminate classes", .indeterminateClasses), ("interchangeable", .interchangeable),
    ("fewer indeterminate", .fewerIndeterminate), ("cuts", .cuts),
    ("levels", .levels), ("hidden overwrites", .hiddenOverwrites), ("relaxation", .relaxation),
  ]
}
