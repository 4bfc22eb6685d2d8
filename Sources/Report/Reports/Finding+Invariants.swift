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
    guard let figures = LockFigures(locks) else { return nil }
    let order =
      if figures.waited == 0 {
        // PostgreSQL's locks are waited for on the server, out of the client's sight.
        "none of them after a refusal, so no overtaking could show"
      } else if figures.overtakes == 0 {
        "\(Units.count(figures.waited)) of them after a refusal, nobody was overtaken"
      } else {
        "\(Units.count(figures.waited)) of them after a refusal, "
          + "\(Units.count(figures.overtaken)) of these overtaken, by "
          + "\(Units.counted(figures.overtakes, "later caller")) in all"
      }
    self.init(
      title: "lock waits",
      sentence: "\(Units.counted(figures.grants, "grant")), \(order); waits: p50 "
        + "\(Units.compactDuration(figures.wait.p50)), p99 "
        + Units.compactDuration(figures.wait.p99),
      isViolation: false)
  }
}
