// What came of repeating a schedule: its steps, where it first differed, and the verdict now.

public import Checker

/// A repetition's report.
public struct ReplayReport: Sendable {
  private let token: Token
  private let configuration: Configuration
  private let schedules: [Schedule]
  private let versions: [String: String]
  private let judged: (verdict: Verdict, reasons: [String])

  /// `schedules` are the repetitions, at least one.
  public init(
    token: Token, configuration: Configuration, schedules: [Schedule], versions: [String: String]
  ) {
    precondition(!schedules.isEmpty, "a schedule is repeated at least once")
    self.token = token
    self.configuration = configuration
    self.schedules = schedules
    self.versions = versions
    var judge = Judge(configuration)
    if schedules[0].abortReason == nil, let finding = try? judge.judge(schedules[0]) {
      judged = (finding.verdict, finding.reasons)
    } else {
      judged = (.unknown, [])
    }
  }

  public var verdict: Verdict { judged.verdict }

  /// How many different histories the repetitions had.
  public var histories: Int { Set(schedules.map(HistoryFingerprint.init)).count }

  public func text(width: Int = 80) -> String {
    let first = schedules[0]
    var lines = verdictLines(width) + [""]
    lines += StepTable(first, clients: configuration.clients).lines(width: width)
    if let left = first.left { lines.append("Read at the end: \(left)") }
    lines.append("")
    if versions != token.versions {
      let made = token.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines += wrapped("The token was made with \(made.joined(separator: ", ")).", width)
    }
    if let step = token.firstDifference(from: first) {
      lines += wrapped(difference(at: step, of: first), width)
    } else {
      lines.append("The same commands as in the token.")
    }
    if schedules.count > 1 {
      lines += wrapped(
        "Repeated \(counted(schedules.count, "time")): \(counted(histories, "history")).", width)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func verdictLines(_ width: Int) -> [String] {
    switch judged.verdict {
    case .linearizable: ["No violation."]
    case .unknown: ["No verdict."]
    case .violation:
      why(judged.reasons, lead: "VIOLATION:", width)
    }
  }

  private func difference(at step: Int, of schedule: Schedule) -> String {
    let expected =
      token.steps.indices.contains(step - 1) ? token.steps[step - 1].description : "nothing more"
    let found =
      schedule.steps.indices.contains(step - 1) ? schedule.steps[step - 1].verb : "something else"
    return "Differs from the token first at step \(step): it has \(expected), here is \(found). "
      + "The strategy has changed since."
  }
}
