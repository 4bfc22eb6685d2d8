// Everything a report says about a checked history, as values.

public import Checker
public import History

/// The facts of one check: which history, judged how.
public struct CheckFacts: Sendable {
  /// The file's name; `-` for standard input.
  public var source: String
  public var model: String
  /// What was read; without its operations where they were judged while it was read, and nothing
  /// names any.
  public var history: History
  /// How many operations there were.
  public var operations: Int
  /// How many of them were answered `ok`.
  public var answered: Int
  /// Whether two operations on one key were ever open at once.
  public var isConcurrent: Bool
  /// One for each key.
  public var judgements: [Judgement]
  public var findings: [Finding]
  /// How long reading and judging took (ns).
  public var elapsed: Int64?
  /// What the caller asked to be told beside the verdict, such as where a certificate was written.
  public var notes: [String]

  public init(
    source: String, model: String, history: History, operations: Int? = nil,
    answered: Int? = nil, isConcurrent: Bool? = nil, judgements: [Judgement],
    findings: [Finding] = [], elapsed: Int64? = nil,
    notes: [String] = []
  ) {
    self.source = source
    self.model = model
    self.history = history
    self.operations = operations ?? history.operations.count
    self.answered = answered ?? history.operations.count { $0.outcome == .ok }
    self.isConcurrent = isConcurrent ?? OverlapCount(history).isFound
    self.judgements = judgements
    self.findings = findings
    self.elapsed = elapsed
    self.notes = notes
  }

  /// Where nothing was answered, nothing can be wrong.
  public var verdict: RunVerdict {
    let verdict = evidence.verdict
    if verdict != .violation, findings.isEmpty, !vacuity.isEmpty { return .vacuous }
    return RunVerdict(verdict, isVacuous: false)
  }

  /// Why the verdict would mean nothing, a clause each.
  var vacuity: [String] {
    if operations == 0 { return ["the history has no operation"] }
    guard answered == 0 else { return [] }
    return [
      operations == 1
        ? "the only operation was never answered ok"
        : "none of the \(Units.count(operations)) operations was answered ok"
    ]
  }

  var evidence: Evidence {
    Evidence(history: history, judgements: judgements, findings: findings)
  }
}
