// Decides a lock that hands out fencing tokens in O(n log n).
// It refuses histories in which a client calls again before its last call was answered.

public import History

/// The exact monitor for a lock with fencing tokens whose clients each call one after another;
/// `LockHolds` has the method and its proof.
public struct FencedMutexMonitor: Monitor {
  public typealias Data = Lock

  public static var name: String { "fenced-mutex-monitor" }

  /// The last token handed out before the start.
  public let token: Int

  public init(token: Int) {
    self.token = token
  }

  public func judge(
    _ calls: [TimedCall<Lock>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    var holds = LockHolds(calls, isReentrant: false, heldBy: nil)
    if let refusal = holds.refusal() { throw refusal }
    let finding: Finding
    do throws(HoldConflict) {
      try holds.gather()
      try holds.arrange()
      try holds.compareTokens(after: token)
      finding = .order(try holds.order())
    } catch {
      finding = .violation(HoldExplanation(holds: holds).contradiction(error))
    }
    return judgement(of: finding, calls, key: key, bytes: holds.bytes)
  }
}
