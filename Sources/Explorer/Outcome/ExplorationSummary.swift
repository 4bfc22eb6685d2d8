// Explorations of many strategies as a table, with their shortest counterexamples below it.

import Checker
import Harness

/// The table of explorations.
public struct ExplorationSummary: Sendable {
  private var reports: [ExplorationReport] = []
  private var rows: [String] = []

  public init() {}

  public mutating func append(_ report: ExplorationReport) {
    reports.append(report)
    rows.append(Self.row(report))
  }

  /// What was not explored, and why not.
  public mutating func append(_ configuration: Configuration, _ why: String) {
    rows.append("\(configuration.name) \(why)\n")
  }

  /// The columns' titles.
  public var heading: String {
    Self.row("strategy", "schedules", "longest", "covered", "verdict", "shortest") + "\n"
  }

  /// The line of what was appended last.
  public var lastRow: String { rows.last ?? "" }

  public var isLastAsExpected: Bool {
    guard let report = reports.last else { return true }
    switch report.findings.verdict {
    case .violation: return report.configuration.strategy.card.expected == .violation
    case .linearizable: return true
    case .unknown: return false
    }
  }

  /// The whole file.
  public var text: String {
    var text = ""
    if let first = reports.first {
      let versions = Set(reports.flatMap { $0.versions.map { "\($0.key) \($0.value)" } }).sorted()
      text += "Every interleaving of every strategy's commands, on "
      text += versions.joined(separator: " and ") + ".\n"
      text += "Calls of the clients: \(Configuration.text(of: first.configuration.script)) "
      text += "(t: take one), as many in stock as are taken.\n"
      text += "Commuting commands are tried in one order only. Shortest: commands of the\n"
      text += "shortest schedule that breaks the stock, and preemptions in it.\n\n"
    }
    text += heading + rows.joined()
    for report in reports {
      guard let counterexample = report.counterexample else { continue }
      text += "\n\(report.configuration.name), \(report.configuration.strategy.card.summary)\n"
      let table = StepTable(
        counterexample.schedule, clients: counterexample.configuration.clients)
      text += table.lines(width: 80).joined(separator: "\n") + "\n"
      for reason in counterexample.violation.reasons.prefix(1) {
        text += wrapped("Why: " + reason, 80).joined(separator: "\n") + "\n"
      }
      let token = Token(
        counterexample.schedule, of: counterexample.configuration, versions: report.versions)
      text += "Token: \(token)\n"
    }
    return text
  }

  private static func row(_ report: ExplorationReport) -> String {
    let findings = report.findings
    let covered = findings.isComplete ? "all" : "\(tenths(min(findings.covered, 1) * 100)) %"
    var shortest = ""
    if let counterexample = report.counterexample {
      shortest =
        "\(counterexample.schedule.steps.count) (\(counterexample.violation.preemptions))"
    }
    return row(
      report.configuration.name, grouped(findings.schedules), "\(findings.longest)", covered,
      "\(findings.verdict)", shortest) + "\n"
  }

  private static func row(
    _ name: String, _ schedules: String, _ longest: String, _ covered: String, _ verdict: String,
    _ shortest: String
  ) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func left(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let line =
      left(name, 22) + right(schedules, 11) + right(longest, 9) + right(covered, 9) + "  "
      + left(verdict, 13) + right(shortest, 8)
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
