// An exploration's report as values for the machine-readable reports.

import Checker
import Drivers
import Explorer
import Harness
import History
import Report

extension ExplorationReport {
  /// What programs are told; `workload` is the name of what asked for it, `again` the command that repeats
  /// a schedule.
  func facts(of workload: String, again: (Token) -> String) -> ExplorationFacts {
    let reasons = vacuity
    return ExplorationFacts(
      workload: workload, strategy: configuration.name,
      verdict: RunVerdict(findings.verdict, isVacuous: !reasons.isEmpty),
      expected: expected ?? .linearizable, calls: CallScript.text(of: configuration.script),
      stock: configuration.stock, faults: configuration.faultBudget.settings,
      servers: versions.sorted { $0.key < $1.key }.map { Backends.stated($0.key, $0.value) },
      coverage: coverage, isComplete: findings.isComplete, schedules: findings.schedules,
      violations: findings.violations,
      histories: findings.histories.count + findings.unremembered, longest: findings.longest,
      elapsed: Int64(findings.seconds * 1e9), vacuity: reasons,
      counterexample: counterexample.map { found in
        ExplorationFacts.Counterexample(
          reasons: found.violation.reasons,
          calls: CallScript.text(of: found.configuration.script),
          stock: found.configuration.stock, preemptions: found.violation.preemptions,
          faults: found.violation.faults, isShortest: found.isShortest,
          steps: found.schedule.steps.map { step in
            ExplorationFacts.Step(
              client: step.client.map { $0 + 1 }, command: step.text, reply: step.reply,
              state: step.state, ends: step.ends)
          },
          token: Token(found.schedule, of: found.configuration, versions: versions).description)
      },
      text: text(width: 100, again: again))
  }
}

extension ExplorationFacts: JudgedResult {}

extension RunFacts: JudgedResult {}

/// What has a verdict, and is as expected or not.
protocol JudgedResult {
  var verdict: RunVerdict { get }
  var isAsExpected: Bool { get }
}

extension Collection where Element: JudgedResult {
  /// The exit status: that of the worst that is not as expected.
  func status(_ unknown: UnknownPolicy) -> ExitStatus {
    ExitStatus(
      unexpected: filter { !$0.isAsExpected }.map(\.verdict).filter { !unknown.tolerates($0) })
  }
}
