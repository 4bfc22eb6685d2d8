// An invariant that did not hold, in words. Which invariants there are is the checker's business.

/// One thing that was found wrong, beside the model's verdict.
public struct Finding: Sendable, Hashable {
  /// The invariant in two words at most: `oversold`, `lock overlap`.
  public var title: String
  /// One sentence, without a full stop.
  public var sentence: String
  /// Positions in `History.operations` that show it; empty where only totals are wrong.
  public var operations: [Int]
  /// Whether it breaks the stock. A lock held by two at once need not (but is reported).
  public var isViolation: Bool
  /// Whether its operations are drawn with it; a counterexample is anyway.
  public var isDrawn = false

  public init(
    title: String, sentence: String, operations: [Int] = [], isViolation: Bool = true
  ) {
    self.title = title
    self.sentence = sentence
    self.operations = operations
    self.isViolation = isViolation
  }
}
