// Everything about a run: its report, what happened when, and
// throughput and latency over time, with the faults. For several runs, the table
// first and then a section each.

import Checker
import History

/// What `soldout report` prints.
public struct DetailedReport: Sendable {
  private enum Subject {
    case runs([RunFacts])
    case checks([CheckFacts])
  }

  private let subject: Subject

  public init(_ runs: [RunFacts]) { subject = .runs(runs) }

  public init(_ checks: [CheckFacts]) { subject = .checks(checks) }

  /// The report, each line ended by a newline. Who asks for it wants all of it: on a low screen the
  /// verdict is repeated at the end.
  public func text(_ style: Style) -> String {
    var sections = Sections()
    sections.append(.verdict, lines(width: style.width))
    sections.closing = [.empty] + verdict(width: style.width)
    return sections.text(style)
  }

  private func verdict(width: Int) -> [Line] {
    switch subject {
    case .runs(let runs):
      runs.count == 1
        ? runs[0].verdictLines(width: width)
        : WorkloadReport(runs).verdict(width: width)
    case .checks(let checks):
      checks.flatMap { check in
        check.evidence.verdictLines(
          check.verdict, vacuity: check.vacuity, width: width)
      }
    }
  }

  func lines(width: Int) -> [Line] {
    switch subject {
    case .runs(let runs):
      if runs.count == 1 { return section(of: runs[0], width: width) }
      let table = WorkloadReport(runs)
      return table.summaryLines(width: width)
        + runs.flatMap { run in
          [.empty, Self.rule(run.strategy, width: width)] + section(of: run, width: width)
        }
    case .checks(let checks):
      return checks.enumerated().flatMap { number, check in
        (number > 0 ? [.empty] : []) + section(of: check, width: width)
      }
    }
  }

  private func section(of run: RunFacts, width: Int) -> [Line] {
    var report = RunReport(run)
    report.verbosity = .full
    return report.lines(width: width)
      + course(of: run.history, run.evidence.counterexample, width: width)
  }

  private func section(of check: CheckFacts, width: Int) -> [Line] {
    var report = CheckReport(check)
    report.verbosity = .full
    return report.lines(width: width) + Summary(of: check.history).lines(width: width)
      + course(of: check.history, check.evidence.counterexample, width: width)
  }

  private func course(
    of history: History, _ counterexample: Counterexample?, width: Int
  ) -> [Line] {
    guard let timeline = Timeline(history, counterexample: counterexample) else {
      return [.empty] + PlotFrame.untimed
    }
    return [.empty] + timeline.lines(width: width)
      + [.empty] + ThroughputPlot(history).lines(width: width)
      + [.empty] + LatencyPlot(history).lines(width: width)
  }

  /// A section's title in a line across the page.
  static func rule(_ title: String, width: Int) -> Line {
    var line = Line("── ", .faint)
    let name = title.printable.fitted(to: max(1, width - 6))
    line.append(name, .strong)
    line.append(" " + String(repeating: "─", count: max(0, width - 4 - name.columns)), .faint)
    return line
  }
}
