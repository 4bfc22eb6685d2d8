// What came of explorations and repetitions, as the values that reports are made of.

import Checker
import Drivers
import Explorer
import Harness
import History
import Report

extension ExplorationFacts {
  /// `workload` is the name of what asked for the exploration, `again` the command that repeats a schedule.
  init(
    _ outcome: ExplorationOutcome, of workload: String, expecting expected: Verdict,
    again: (Token) -> String
  ) {
    let (configuration, findings) = (outcome.configuration, outcome.findings)
    let vacuity = outcome.vacuity
    self.init(
      workload: workload, strategy: configuration.name,
      verdict: RunVerdict(findings.verdict, isVacuous: !vacuity.isEmpty), expected: expected,
      calls: CallScript.text(of: configuration.script), clients: configuration.clients,
      stock: configuration.stock)
    self.vacuity = vacuity
    summary = configuration.card.summary
    unit = configuration.card.datatype.unit
    faults = FaultBudget.kinds.map {
      FaultAllowance(kind: $0.name, count: configuration.faultBudget[keyPath: $0.count])
    }.filter { $0.count > 0 }
    versions = outcome.versions
    servers = versions.sorted { $0.key < $1.key }.map { Backends.stated($0.key, $0.value) }
    search = Search(outcome.search)
    note(findings)
    counterexample = outcome.counterexample.flatMap { found in
      outcome.token.map { Counterexample(found, token: $0, command: again($0)) }
    }
  }

  private mutating func note(_ findings: Findings) {
    (isComplete, covered) = (findings.isComplete, findings.covered)
    (schedules, violations) = (findings.schedules, findings.violations)
    (redundant, cut, mostSteps) = (findings.redundant, findings.cut, Schedule.mostSteps)
    (rememberedHistories, unremembered) = (findings.histories.count, findings.unremembered)
    (differing, difference) = (findings.differing, findings.difference)
    unasked = findings.unasked
    realTime = findings.realTime
    (longest, elapsed) = (findings.longest, Int64(findings.seconds * 1e9))
  }
}

extension ExplorationFacts.Search {
  fileprivate init(_ search: Explorer.Search) {
    self =
      switch search {
      case .exhaustive(let reduces, let preemptions):
        .exhaustive(reduces: reduces, preemptions: preemptions)
      case .random(.walk, let seed): .randomWalk(seed: seed)
      case .random(.pct(let depth), let seed): .pct(depth: depth, seed: seed)
      }
  }
}

extension ExplorationFacts.Counterexample {
  fileprivate init(_ found: ShortestViolation, token: Token, command: String) {
    self.init(
      reasons: found.violation.reasons, calls: CallScript.text(of: found.configuration.script),
      clients: found.configuration.clients, stock: found.configuration.stock,
      preemptions: found.violation.preemptions, faults: found.violation.faults,
      isShortest: found.isShortest, steps: found.schedule.steps.map(ExplorationFacts.Step.init),
      left: found.schedule.left, token: token.description, command: command)
  }
}

extension ExplorationFacts.Step {
  init(_ step: Explorer.Step) {
    self.init(
      client: step.client.map { $0 + 1 }, command: step.text, reply: step.reply,
      state: step.state, ends: step.ends)
  }
}

extension Expectation {
  var verdict: Verdict {
    switch self {
    case .violation: .violation
    case .linearizable: .linearizable
    }
  }
}

extension ReplayFacts {
  /// `versions` are those of the servers that the schedule was repeated on.
  init(_ replay: Replay, versions: [String: String]) {
    let first = replay.schedules[0]
    self.init(
      of: replay.configuration.strategy == nil ? .program : .strategy,
      verdict: replay.verdict, reasons: replay.reasons, clients: replay.configuration.clients,
      steps: first.steps.map(ExplorationFacts.Step.init), left: first.left,
      times: replay.schedules.count, histories: replay.histories)
    let token = replay.token
    if versions != token.versions {
      otherVersions = token.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    }
    difference = token.firstDifference(from: first).map { step in
      Difference(
        step: step,
        expected: token.steps.indices.contains(step - 1)
          ? token.steps[step - 1].description : nil,
        found: first.steps.indices.contains(step - 1) ? first.steps[step - 1].verb : nil)
    }
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
