// What an exploration found, as text for people and files: what was covered, the verdict, and the
// shortest counterexample step by step. Values in, text out, never wider than asked for.

public import Checker
import Harness

/// An exploration's report.
public struct ExplorationReport: Sendable {
  private var mostSteps: Int { Schedule.mostSteps }
  public var configuration: Configuration
  public var search: Search
  public var findings: Findings
  public var counterexample: ShortestViolation?
  public var versions: [String: String]
  public var executions: Int
  /// The verdict that was expected; nil if nobody expected any.
  public var expected: Verdict?

  public init(
    configuration: Configuration, search: Search, findings: Findings,
    counterexample: ShortestViolation?, versions: [String: String], executions: Int
  ) {
    self.configuration = configuration
    self.search = search
    self.findings = findings
    self.counterexample = counterexample
    self.versions = versions
    self.executions = executions
  }

  /// The whole report.
  public func text(width: Int = 80, again: (Token) -> String) -> String {
    var lines = wrapped(heading, width)
    lines += wrapped(verdict, width)
    if let sentence = expectation { lines.append(sentence) }
    lines += wrapped(effort, width)
    if let counterexample {
      lines.append("")
      lines += wrapped(
        (counterexample.isShortest ? "The shortest: " : "Shortest found in the time given: ")
          + "\(counterexample.schedule.steps.count) steps, "
          + counted(counterexample.violation.preemptions, "preemption")
          + (counterexample.violation.faults > 0
            ? ", " + counted(counterexample.violation.faults, "fault") : "")
          + "; calls \(CallScript.text(of: counterexample.configuration.script)), "
          + "\(counterexample.configuration.stock) in stock.", width)
      lines.append("")
      lines += StepTable(
        counterexample.schedule, clients: counterexample.configuration.clients
      ).lines(width: width)
      if let left = counterexample.schedule.left { lines.append("Read at the end: \(left)") }
      lines.append("")
      lines += why(counterexample.violation.reasons, lead: "Why:", width)
      let token = Token(
        counterexample.schedule, of: counterexample.configuration, versions: versions)
      lines.append("Again: \(again(token))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the verdict is against what was expected.
  private var expectation: String? {
    switch (findings.verdict, expected) {
    case (.violation, .violation): "As expected."
    case (.violation, .linearizable): "Not as expected: it should hold up."
    case (.linearizable, .violation): "Not as expected: it should break."
    default: nil
    }
  }

  private var heading: String {
    let versions = versions.sorted { $0.key < $1.key }.map { Backends.stated($0.key, $0.value) }
    let takes = CallScript.text(of: configuration.script)
    return ([configuration.name, "calls \(takes)", "\(configuration.stock) in stock"] + versions)
      .joined(separator: " · ")
  }

  private var effort: String {
    let rate = findings.seconds > 0 ? Double(findings.schedules) / findings.seconds : 0
    var text = "\(grouped(findings.schedules)) schedules, "
    text += "up to \(findings.longest) steps, \(counted(findings.histories.count, "history"))"
    if findings.unremembered > 0 { text += " and more" }
    text += ", in \(tenths(findings.seconds)) s (\(grouped(Int(rate)))/s)"
    if findings.redundant > 0 {
      text += "; \(grouped(findings.redundant)) more only repeated others"
    }
    if findings.cut > 0 {
      text += "; \(grouped(findings.cut)) were cut off after \(mostSteps) steps"
    }
    return text
  }

  /// Why the schedules prove nothing, each a clause; none if they may be judged.
  public var vacuity: [String] { findings.vacuity(of: configuration) }

  /// The verdict in a sentence or two: what was found, and in how much.
  public var verdict: String {
    let reasons = vacuity.joined(separator: "; ")
    switch findings.verdict {
    case .violation:
      let verb = findings.violations == 1 ? "breaks" : "break"
      return "VIOLATION: \(grouped(findings.violations)) of "
        + "\(counted(findings.schedules, "schedule")) \(verb) the stock. Explored: \(coverage)."
    case .linearizable where reasons.isEmpty: return "No violation. Explored: \(coverage)."
    case .linearizable: return "VACUOUS: \(reasons). Explored: \(coverage)."
    case .unknown:
      let vacuous = reasons.isEmpty ? "" : " Vacuous so far: \(reasons)."
      return "No violation so far. Explored: \(coverage).\(vacuous)"
    }
  }

  /// What was covered, as a statement.
  public var coverage: String {
    switch search {
    case .random(.walk, let seed):
      return "\(grouped(findings.schedules)) schedules drawn at random (seed "
        + String(seed, radix: 16) + ")"
    case .random(.pct(let depth), let seed):
      return "\(grouped(findings.schedules)) schedules drawn by PCT of depth \(depth) (seed "
        + String(seed, radix: 16) + ")"
    case .exhaustive(let reduces, let preemptions):
      var what = "all schedules"
      if let preemptions { what += " with up to \(counted(preemptions, "preemption"))" }
      if reduces { what += ", modulo commuting steps" }
      let faultBudget = configuration.faultBudget
      let faults = FaultBudget.kinds.filter { faultBudget[keyPath: $0.count] > 0 }
        .map { "up to " + counted(faultBudget[keyPath: $0.count], ofKind: $0.name) }
      if !faults.isEmpty { what += ", with " + faults.joined(separator: " and ") }
      if findings.isComplete { return what }
      return "about \(tenths(findings.covered * 100)) % of \(what)"
    }
  }
}
