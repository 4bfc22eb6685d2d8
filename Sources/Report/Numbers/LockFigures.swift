// What the locks of a run cost, in numbers: how long they were waited for, and how unfairly.
// Unfairness breaks no stock, and neither need two holders at once; both are told.

public import Checker

/// The figures of all the locks of one run.
public struct LockFigures: Sendable, Hashable {
  /// How often a lock was granted.
  public var grants: Int
  /// Grants whose client had been refused before, and so knew that it waited.
  public var waited: Int
  /// Waiters that later callers were served before.
  public var overtaken: Int
  /// How often that happened in all.
  public var overtakes: Int
  /// From asking to the grant (ns).
  public var wait: Latency
  /// Times that two clients took themselves for holders at once.
  public var overlaps: Int

  public init(
    grants: Int, waited: Int, overtaken: Int, overtakes: Int, wait: Latency, overlaps: Int
  ) {
    self.grants = grants
    self.waited = waited
    self.overtaken = overtaken
    self.overtakes = overtakes
    self.wait = wait
    self.overlaps = overlaps
  }

  /// Nil where no lock was granted.
  public init?(_ locks: LockLog) {
    let lines = locks.waits.values
    guard let wait = Latency(of: lines.joined().lazy.map { $0.served - $0.called }) else {
      return nil
    }
    let order = lines.map { Overtakes(of: $0) }
    self.init(
      grants: wait.count, waited: lines.joined().count { $0.queued < $0.served },
      overtaken: order.reduce(0) { $0 + $1.overtaken },
      overtakes: order.reduce(0) { $0 + $1.total }, wait: wait, overlaps: locks.overlaps.count)
  }

  /// Of those who waited, the share that was overtaken; nil where nobody's wait could be seen, as
  /// where the server itself keeps the line.
  public var unfairness: Double? {
    waited > 0 ? Double(overtaken) / Double(waited) : nil
  }
}
