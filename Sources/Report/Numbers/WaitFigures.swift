// What locks and queues cost those who wait, in numbers: how long, and how unfairly.
// Unfairness breaks no stock, and two holders of a lock at once need not either; both are reported.

public import Checker

/// The figures of everybody who asked for a lock, or stood in a queue, in one run.
public struct WaitFigures: Sendable, Hashable {
  /// How often a lock was granted, or an order begun with.
  public var grants: Int
  /// Those among them that had been refused before, or put in line, and so knew that they waited.
  public var waited: Int
  /// Waiters that later callers were served before.
  public var overtaken: Int
  /// How often that happened in all.
  public var overtakes: Int
  /// From asking to being served (ns).
  public var wait: Latency
  /// How often two clients believed they held a lock at once; nil if there is none.
  public var overlaps: Int?

  public init(
    grants: Int, waited: Int, overtaken: Int, overtakes: Int, wait: Latency, overlaps: Int?
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
    self.init(locks.waits.values, overlaps: locks.overlaps.count)
  }

  /// Nil where no order was begun with.
  public init?(_ queues: QueueLog) {
    self.init(queues.waits.values, overlaps: nil)
  }

  /// Nil where nobody was served.
  private init?(_ lines: some Sequence<[Wait]>, overlaps: Int?) {
    guard let wait = Latency(of: lines.joined().lazy.map { $0.served - $0.called }) else {
      return nil
    }
    let order = lines.map { Overtakes(of: $0) }
    self.init(
      grants: wait.count, waited: lines.joined().count { $0.queued < $0.served },
      overtaken: order.reduce(0) { $0 + $1.overtaken },
      overtakes: order.reduce(0) { $0 + $1.total }, wait: wait, overlaps: overlaps)
  }

  /// Of those who waited, the share that was overtaken; nil where nobody's wait could be seen, as
  /// where the server itself keeps the line.
  public var unfairness: Double? {
    waited > 0 ? Double(overtaken) / Double(waited) : nil
  }
}
