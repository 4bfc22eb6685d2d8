// The checker's invariants as findings of a report. An overlap of locks is told, but breaks no
// stock.

public import Checker

extension Finding {
  /// A broken invariant of the stock.
  public init(_ finding: StockFinding) {
    self.init(
      title: finding.invariant, sentence: finding.sentence, operations: finding.operations)
  }

  /// A broken invariant of the accounts.
  public init(_ finding: AccountFinding) {
    self.init(
      title: finding.invariant, sentence: finding.sentence, operations: finding.operations)
  }

  /// Two holders of one lock at once.
  public init(_ overlap: LockOverlap) {
    self.init(
      title: "lock overlap", sentence: overlap.sentence,
      operations: [overlap.first.operation, overlap.second.operation].compactMap(\.self),
      isViolation: false)
  }

  /// How long locks were waited for, and whether first come was first served; nil where no lock was
  /// granted. Unfairness breaks no stock.
  public init?(_ locks: LockLog) {
    let lines = locks.waits.values
    guard let latency = Latency(of: lines.joined().lazy.map { $0.served - $0.called }) else {
      return nil
    }
    let waited = lines.joined().count { $0.queued < $0.served }
    let overtakes = lines.map { Overtakes(of: $0) }
    let overtaken = overtakes.reduce(0) { $0 + $1.overtaken }
    let total = overtakes.reduce(0) { $0 + $1.total }
    let order =
      if waited == 0 {
        // PostgreSQL's locks are waited for on the server, out of the client's sight.
        "none of them after a refusal, so no overtaking could show"
      } else if total == 0 {
        "\(Units.count(waited)) of them after a refusal, nobody was overtaken"
      } else {
        "\(Units.count(waited)) of them after a refusal, \(Units.count(overtaken)) of these "
          + "overtaken, by \(Units.counted(total, "later caller")) in all"
      }
    self.init(
      title: "lock waits",
      sentence: "\(Units.counted(latency.count, "grant")), \(order); waits: p50 "
        + "\(Units.compactDuration(latency.p50)), p99 \(Units.compactDuration(latency.p99))",
      isViolation: false)
  }
}
