// Everything a report says of a checked history, as values.

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
  /// One for each key.
  public var judgements: [Judgement]
  public var findings: [Finding]
  /// How long reading and judging took (ns).
  public var elapsed: Int64?
  /// What the caller asked to be told beside the verdict, such as where a certificate was written.
  public var notes: [String]

  public init(
    source: String, model: String, history: History, operations: Int? = nil,
    judgements: [Judgement], findings: [Finding] = [], elapsed: Int64? = nil,
    notes: [String] = []
  ) {
    self.source = source
    self.model = model
    self.history = history
    self.operations = operations ?? history.operations.count
    self.judgements = judgements
    self.findings = findings
    self.elapsed = elapsed
    self.notes = notes
  }

  /// An empty history is vacuous: nothing in it can be wrong.
  public var verdict: RunVerdict {
    if operations == 0 && findings.isEmpty { return .vacuous }
    return RunVerdict(evidence.verdict, isVacuous: false)
  }

  var evidence: Evidence {
    Evidence(history: history, judgements: judgements, findings: findings)
  }
}
