// What a CI needs from a run or a check: passed or not, one sentence, the report's text.

import Checker
import History

struct ReportedCase: Sendable {
  /// The workload; of a check, the model.
  var suite: String
  /// The strategy; of a check, the file.
  var name: String
  var verdict: RunVerdict
  var isAsExpected: Bool
  /// Whether it was ended before it had shown what it was to show.
  var isUnfinished = false
  /// Whether it breaks no build although it is not as expected.
  var isTolerated = false
  /// One sentence: why the case is as it is.
  var message: String
  /// Further sentences and commands.
  var details: [String]
  /// The report, for a log.
  var text: String
  var nanoseconds: Int64?
  /// Where in the repository to point, and the line there.
  var file: String?
  var line: Int?

  /// Reports within files have no terminal: this wide, in Unicode, without colour.
  static let style = Style(width: 100, color: false, unicode: true)

  init(_ run: RunFacts) {
    suite = run.workload
    name = run.strategy
    verdict = run.verdict
    isAsExpected = run.isAsExpected
    let evidence = run.evidence
    message = run.headline
    isUnfinished = run.isUnfinished
    if !run.isAsExpected, let expected = run.expected, expected != .linearizable {
      message = "\(expected.rawValue) expected, but: \(message)"
    }
    details = evidence.counterexample?.reasons ?? []
    details += [run.again.map { "Again: \($0)" }].compactMap(\.self)
    text = RunReport(run).text(Self.style)
    nanoseconds = run.figures.summary.span
    file = run.workloadFile
  }

  init(_ check: CheckFacts) {
    suite = check.model
    name = check.source
    verdict = check.verdict
    isAsExpected = check.verdict == .linearizable
    let evidence = check.evidence
    message = evidence.headline(check.verdict, vacuity: check.vacuity)
    let counterexample = evidence.counterexample
    details = counterexample?.reasons ?? []
    text = CheckReport(check).text(Self.style)
    nanoseconds = check.elapsed
    file = check.source == "-" ? nil : check.source
    line = counterexample?.operations.first { check.history.operations.indices.contains($0) }
      .map { check.history.operations[$0].call.line }.flatMap { $0 > 0 ? $0 : nil }
  }

  init(_ facts: ExplorationFacts) {
    suite = facts.workload
    name = facts.strategy
    verdict = facts.verdict
    isAsExpected = facts.isAsExpected
    message = facts.headline
    if !isAsExpected, facts.expected == .violation {
      message = "violation expected, but: \(message)"
    }
    details = Array(facts.counterexample?.reasons.dropFirst() ?? [])
    details += [facts.counterexample.map { "Token: \($0.token)" }].compactMap(\.self)
    text = ExplorationReport(facts).text(width: Self.style.width)
    nanoseconds = facts.elapsed
    file = facts.workloadFile
  }

  /// The trials of a row of a comparison under one condition.
  init(_ group: Comparison.Group) {
    suite = Self.suite(under: group.condition)
    name = group.name
    let worst = group.worst
    verdict = worst.verdict
    isAsExpected = group.isAsExpected
    let trials =
      "\(group.expected) of \(Units.counted(group.cells.count, "trial")) came out as expected"
    message =
      [
        group.isAsExpected
          ? group.cause : worst.cause ?? worst.vacuity.first ?? "\(verdict.word); \(trials)"
      ]
      .compactMap(\.self).first ?? trials
    details = [worst.again.map { "Again: \($0)" }].compactMap(\.self)
    text = ([message, trials] + details).uniqued.map { $0 + "\n" }.joined()
  }

  /// What the suite of a comparison's column is called.
  static func suite(under condition: String?) -> String {
    ["compare", condition].compactMap(\.self).joined(separator: " under ")
  }

  /// Whether a CI counts it as passed.
  var isPassed: Bool { isAsExpected || isTolerated }

  /// The same case under a policy.
  func under(_ policy: UnknownPolicy) -> ReportedCase {
    var member = self
    member.isTolerated = policy.tolerates(verdict)
    return member
  }

  /// `VIOLATION redisson-lock`.
  var title: String { "\(isUnfinished ? "ended early" : verdict.word) \(name)" }
}
