// The checker's invariants as findings of a report. An overlap of locks is told, but breaks no
// stock.

public import Checker

extension Finding {
  /// A broken invariant of the stock.
  public init(_ finding: StockFinding) {
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
}
