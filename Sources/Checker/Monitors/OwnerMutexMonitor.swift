// Decides a reentrant lock with an owner in O(n log n).
// It refuses histories in which a client calls again before its last call was answered.

public import History

/// The exact monitor for a reentrant lock whose clients each call one after another; `LockHolds` has
/// the method and its proof.
public struct OwnerMutexMonitor: Monitor {
  public typealias Data = Lock

  public static var name: String { "owner-mutex-monitor" }

  /// Who holds it at the start.
  public let owner: Value?

  public init(heldBy owner: Value?) {
    self.owner = owner
  }

  public func judge(
    _ calls: [TimedCall<Lock>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    var holds = LockHolds(calls, isReentrant: true, heldBy: owner)
    if let refusal = holds.refusal() { throw refusal }
    let finding: Finding
    do throws(HoldConflict) {
      try holds.gather()
      try holds.arrange()
      finding = .order(try holds.order())
    } catch {
      finding = .violation(HoldExplanation(holds: holds).contradiction(error))
    }
    return judgement(of: finding, calls, key: key, bytes: holds.bytes)
  }
}
