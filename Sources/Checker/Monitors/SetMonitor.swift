// Decides a set that only grows, in time linear in the size of the history and its reads, except for
// sorting. It refuses histories with a removal.

public import History

/// The exact monitor for a set from which nothing is removed.
///
/// **Windows.** Let `t(x)` be the moment from which `x` is in the set (never, for an element that
/// only indeterminate additions name and nothing shows). It lies between the first call of an
/// addition of `x` and the reply of every `ok` addition; in the interval of the addition that was
/// told it changed the set, if one was; not after the reply of a call that found `x`, and not
/// before the call of one that didn't. Conversely, for any `t(x)` in this window the addition called
/// first (or the one told that it changed the set) can take effect at `t(x)`, and each other call
/// about `x` alone at the later of its own call and `t(x)`, or, if it didn't find `x`, at its call.
///
/// **Reads** of the whole set must form a chain, each containing the smaller ones. Each element
/// comes after the reads without it and before those with it: so elements and reads stand in line
/// as groups, the elements that a read is the first to have before that read. Moments for all exist
/// iff in this line no item ends before an earlier group's item begins: then each takes place at
/// the latest beginning so far.
public struct SetMonitor: Monitor {
  public typealias Data = ElementSet

  public static var name: String { "set-monitor" }

  /// The elements at the start.
  public let initial: Set<Value>

  public init(_ initial: Set<Value>) {
    self.initial = initial
  }

  public func judge(
    _ calls: [TimedCall<ElementSet>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    try qualify(calls)
    var elements = SetElements(calls)
    let finding: Finding
    do throws(SetConflict) {
      elements.begin(with: initial)
      try elements.narrow()
      finding = .order(try elements.order())
    } catch {
      finding = .violation(SetExplanation(elements: elements).contradiction(error))
    }
    return judgement(of: finding, calls, key: key, bytes: elements.bytes)
  }

  private func qualify(_ calls: [TimedCall<ElementSet>]) throws(NotApplicable) {
    for call in calls {
      switch (call.call, call.reply) {
      case (.remove, _): throw NotApplicable("elements are removed")
      case (_, nil), (.add, .done), (.add, .changed), (.contains, .isElement),
        (.read, .elements), (.read, .unread):
        continue
      default: throw NotApplicable("a reply does not fit its call")
      }
    }
  }
}
