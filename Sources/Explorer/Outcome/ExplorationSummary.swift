// Explorations of many strategies as a table, with their shortest counterexamples below it.

import Checker
import Harness

/// The table of explorations.
public struct ExplorationSummary: Sendable {
  private var reports: [ExplorationReport] = []
  private var rows: [String] = []
  /// Whether the last row is an exploration's.
  private var isLastReport = false

  public init() {}

  public mutating func append(_ report: ExplorationReport) {
    reports.append(report)
    rows.append(Self.row(report))
    isLastReport = true
    if let refusal { rows.append("  \(refusal)\n") }
  }

  /// What was not explored, and why not, in a sentence without a full stop.
  public mutating func append(_ sentence: String) {
    rows.append("\(sentence)\n")
    isLastReport = false
  }

  /// The columns' titles.
  public var heading: String {
    Self.row("strategy", "calls", "schedules", "longest", "covered", "verdict", "shortest") + "\n"
  }

  /// The line of what was appended last.
  public var lastRow: String {
    rows.last { !$0.hasPrefix(" ") } ?? ""
  }

  /// Why what was appended last is not as its strategy's card has it; nil if it is.
  public var refusal: String? {
    guard isLastReport, let report = reports.last else { return nil }
    return switch (report.findings.verdict, report.configuration.strategy.card.expected) {
    case (.violation, .linearizable): "Not as expected: it should hold up."
    case (.linearizable, .violation): "Not as expected: it should break."
    case (.unknown, _): "Not everything was tried."
    case (.linearizable, .linearizable) where !report.vacuity.isEmpty:
      "Proves nothing: \(report.vacuity.joined(separator: "; "))."
    case (.violation, .violation), (.linearizable, .linearizable): nil
    }
  }

  /// The whole file.
  public var text: String {
    var text = ""
    let versions = Set(reports.flatMap { $0.versions.map { "\($0.key) \($0.value)" } }).sorted()
    text += "Every interleaving of every strategy's commands, on "
    text += versions.joined(separator: " and ") + ".\n"
    text += "Calls: of each client (t: take one, r: read), as many in stock as are taken.\n"
    text += "Commuting commands are tried in one order only. Shortest: commands of the\n"
    text += "shortest schedule that breaks the stock, and preemptions in it.\n\n"
    text += heading + rows.joined()
    for report in reports {
      guard let counterexample = report.counterexample else { continue }
      let title = "\(report.configuration.name), \(report.configuration.strategy.card.summary)"
      text += "\n" + wrapped(title, 80).joined(separator: "\n") + "\n"
      let table = StepTable(
        counterexample.schedule, clients: counterexample.configuration.clients)
      text += table.lines(width: 80).joined(separator: "\n") + "\n"
      text += why(counterexample.violation.reasons, lead: "Why:", 80).joined(separator: "\n")
      let token = Token(
        counterexample.schedule, of: counterexample.configuration, versions: report.versions)
      text += "\nToken:\n\(token)\n"
    }
    return text
  }

  private static func row(_ report: ExplorationReport) -> String {
    let findings = report.findings
    let covered = findings.isComplete ? "all" : "\(tenths(min(findings.covered, 1) * 100)) %"
    var shortest = ""
    if let counterexample = report.counterexample {
      shortest =
        (counterexample.isShortest ? "" : "≤")
        + "\(counterexample.schedule.steps.count) (\(counterexample.violation.preemptions))"
    }
    return row(
      report.configuration.name, CallScript.text(of: report.configuration.script),
      grouped(findings.schedules), "\(findings.longest)", covered,
      findings.verdict == .linearizable && !report.vacuity.isEmpty
        ? "VACUOUS" : "\(findings.verdict)", shortest) + "\n"
  }

  private static func row(
    _ name: String, _ calls: String, _ schedules: String, _ longest: String, _ covered: String,
    _ verdict: String,
    _ shortest: String
  ) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let line =
      left(name, 22) + left(calls, 6) + right(schedules, 10) + right(longest, 9) + right(covered, 9)
      + "  "
      + left(verdict, 13) + right(shortest, 8)
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
