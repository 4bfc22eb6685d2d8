// What an exploration has found up to now: schedules are counted and judged as they come in, and the
// simplest that breaks is kept. It runs nothing and stops nothing.

import Checker

/// Findings in the making.
struct FindingsSoFar {
  private var findings: Findings
  private var judge: Judge
  private let keys: KeyTable

  /// Goes on from earlier findings, if there are any.
  init(_ configuration: Configuration, from earlier: Findings?, keys: KeyTable) {
    self.keys = keys
    findings = earlier ?? Findings()
    judge = Judge(configuration)
    // Keys had other numbers then.
    if let named = findings.worst?.schedule.named {
      findings.worst?.schedule.transitions = named.map { $0.transition(keys) }
    }
    for (fingerprint, finding) in findings.histories { judge.restore(fingerprint, finding) }
  }

  var schedules: Int { findings.schedules }
  var violations: Int { findings.violations }
  var covered: Double { findings.covered }
  var seconds: Double { findings.seconds }

  /// All of it as values; `seconds` since the beginning.
  func values(after seconds: Double, isComplete: Bool) -> Findings {
    var now = findings
    now.histories = judge.findings
    now.unremembered += judge.unremembered
    now.seconds = seconds
    now.isComplete = isComplete
    return now
  }

  /// A share of the tree is done with.
  mutating func cover(_ share: Double) { findings.covered += share }

  /// Nobody decides how time passes, for a reason.
  mutating func noteRealTime(_ reason: String) { findings.realTime = reason }

  /// A schedule has to be carried out again.
  mutating func noteRepeated(for reason: AbortReason?) {
    if case .differs? = reason {
      findings.differing += 1
      findings.difference = findings.difference ?? reason?.description
    } else {
      findings.repeated += 1
    }
  }

  /// Counts a schedule that came to its end, and judges it unless it only repeats others.
  mutating func note(
    _ schedule: Schedule, _ points: [Point], isRedundant: Bool = false
  ) throws(Undecodable) {
    findings.occurrences.note(schedule)
    if schedule.abortReason == .endless {
      findings.cut += 1
    } else if isRedundant {
      findings.redundant += 1
    } else {
      findings.schedules += 1
      findings.steps += schedule.transitions.count
      findings.unasked += schedule.calls.count(where: \.isUnasked)
      findings.longest = max(findings.longest, schedule.transitions.count)
      let finding = try judge.judge(schedule)
      switch finding.verdict {
      case .linearizable: return
      case .unknown: findings.unknown += 1
      case .violation:
        findings.violations += 1
        consider(schedule, points, reasons: finding.reasons)
      }
    }
  }

  /// Keeps the simplest of violating schedules.
  private mutating func consider(_ schedule: Schedule, _ points: [Point], reasons: [String]) {
    var violation = Violation(
      schedule: schedule, reasons: reasons, faults: schedule.transitions.count { $0.isFault },
      preemptions: Preemptions(in: points).count)
    guard findings.worst.map(violation.isSimpler) ?? true else { return }
    violation.schedule.named = schedule.transitions.map { NamedTransition($0, keys) }
    findings.worst = violation
  }
}

extension Preemptions {
  /// Those of a whole schedule.
  fileprivate init(in points: [Point]) {
    self.init()
    for point in points { append(point.transition, among: point.options) }
  }
}
