// What came of repeating a schedule: its steps, where it first differed, and the verdict now.

public import Checker

/// A repeated schedule.
public struct ReplayFacts: Sendable, Hashable {
  /// Where a repetition departs from its token.
  public struct Difference: Sendable, Hashable {
    /// From 1.
    public var step: Int
    /// The steps in words; nil: there is none.
    public var expected: String?
    public var found: String?

    public init(step: Int, expected: String?, found: String?) {
      self.step = step
      self.expected = expected
      self.found = found
    }
  }

  /// What was repeated.
  public enum Subject: String, Sendable {
    case strategy, program
  }

  public var subject: Subject
  public var verdict: Verdict
  public var reasons: [String]
  public var clients: Int
  /// Of the first repetition.
  public var steps: [ExplorationFacts.Step]
  /// What a fresh process read at the end.
  public var left: Int?
  /// The servers' versions that the token was made with, where they were others: `redis 7.0.15`.
  public var otherVersions: [String] = []
  /// Where the first repetition departs from the token; nil: nowhere.
  public var difference: Difference?
  /// Repetitions, and different histories that they had.
  public var times: Int
  public var histories: Int

  public init(
    of subject: Subject = .strategy, verdict: Verdict, reasons: [String], clients: Int,
    steps: [ExplorationFacts.Step], left: Int?, times: Int, histories: Int
  ) {
    self.subject = subject
    self.verdict = verdict
    self.reasons = reasons
    self.clients = clients
    self.steps = steps
    self.left = left
    self.times = times
    self.histories = histories
  }
}

/// A repetition's report.
public struct ReplayReport: Sendable {
  private let facts: ReplayFacts

  public init(_ facts: ReplayFacts) { self.facts = facts }

  public func text(width: Int = 80) -> String {
    var lines = verdictLines(width) + [""]
    lines += StepTable(facts.steps, clients: facts.clients).lines(width: width)
    if let left = facts.left { lines.append("Read at the end: \(left)") }
    lines.append("")
    if !facts.otherVersions.isEmpty {
      let versions = facts.otherVersions.joined(separator: ", ")
      lines += hanging("The token was made with \(versions).", width)
    }
    if let difference = facts.difference {
      lines += hanging(sentence(on: difference), width)
    } else {
      lines.append("The same commands as in the token.")
    }
    if facts.times > 1 {
      let times = Units.counted(facts.times, "time")
      let histories = Units.counted(facts.histories, "history", "histories")
      lines += hanging("Repeated \(times): \(histories).", width)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func verdictLines(_ width: Int) -> [String] {
    switch facts.verdict {
    case .linearizable: ["No violation."]
    case .unknown: ["No verdict."]
    case .violation: reasonLines(facts.reasons, lead: "VIOLATION:", width)
    }
  }

  private func sentence(on difference: ReplayFacts.Difference) -> String {
    let why =
      switch facts.subject {
      case .strategy: "The strategy has changed since."
      case .program: "The program has changed since, or is another one."
      }
    return "Differs from the token first at step \(difference.step): it has "
      + "\(difference.expected ?? "nothing more"), here is \(difference.found ?? "something else"). "
      + why
  }
}
