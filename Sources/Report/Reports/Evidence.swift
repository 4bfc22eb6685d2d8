// What a verdict rests on: the judgements, the findings, and their first counterexample.
// Run reports and check reports show it in the same words.

import Checker
import History

struct Evidence: Sendable {
  var history: History
  var judgements: [Judgement]
  var findings: [Finding]

  /// Nothing judged is nothing known, unless a finding decides.
  var verdict: Verdict {
    if findings.contains(where: \.isViolation) { return .violation }
    return judgements.map(\.verdict).max() ?? .unknown
  }

  /// Operations of a finding that a picture shows at most.
  private static let mostOperations = 12

  /// The first violation's operations and reasons: a model's before an invariant's, since it is
  /// minimal and explained.
  var counterexample: Counterexample? {
    if let found = judgements.lazy.compactMap(violation).first { return found }
    guard let finding = findings.first(where: \.isViolation) else { return nil }
    return Counterexample(
      operations: Array(finding.operations.prefix(Self.mostOperations)),
      headline: finding.sentence)
  }

  private func violation(_ judgement: Judgement) -> Counterexample? {
    guard judgement.verdict == .violation else { return nil }
    if let counterexample = judgement.counterexample { return counterexample }
    return Counterexample(
      operations: [],
      headline: "no order of the \(Units.counted(judgement.operations, "operation")) conforms")
  }

  /// Violations after the first, one sentence each, which names the key.
  private var furtherViolations: [(key: String?, sentence: String)] {
    judgements.compactMap { judgement in
      violation(judgement).map {
        (judgement.key?.description.printable, named($0.headline, judgement))
      }
    }.dropFirst().map(\.self)
  }

  /// A sentence about one key of several says which.
  private func named(_ sentence: String, _ judgement: Judgement) -> String {
    guard judgements.count > 1, let key = judgement.key else { return sentence }
    let name = if case .int = key { "key \(key)" } else { key.description }
    return sentence.hasPrefix(name + " ") ? sentence : "\(name): \(sentence)"
  }

  /// The sentence of the first counterexample.
  private var counterexampleHeadline: String? {
    for judgement in judgements {
      if let found = violation(judgement) { return named(found.headline, judgement) }
    }
    return counterexample?.headline
  }

  /// The sentence after the verdict.
  func headline(_ verdict: RunVerdict, vacuity: [String] = []) -> String {
    switch verdict {
    case .violation: return counterexampleHeadline ?? "an invariant did not hold"
    case .vacuous: return vacuity.joined(separator: "; ")
    case .unknown:
      guard let judgement = judgements.first(where: { $0.verdict == .unknown }) else {
        return "nothing was judged"
      }
      let key = judgement.key.map { "\($0): " } ?? ""
      return key + (judgement.unknown ?? "the search was given up")
    case .linearizable:
      let operations = judgements.reduce(0) { $0 + $1.operations }
      let keys = judgements.count == 1 ? "one key" : "\(Units.count(judgements.count)) keys"
      return "\(Units.counted(operations, "operation")) on \(keys)"
    }
  }

  // MARK: Lines

  /// The verdict with its sentence.
  func verdictLines(_ verdict: RunVerdict, vacuity: [String] = [], width: Int) -> [Line] {
    Paragraph(
      headline(verdict, vacuity: vacuity), lead: Span(verdict.word + "  ", verdict.ink),
      ink: .strong
    ).lines(width: width)
  }

  /// How much is listed one by one before the rest is counted.
  struct Verbosity: Sendable {
    /// Findings of one kind; a broken lock overlaps thousands of times.
    var findings: Int
    /// Violations after the first.
    var violations: Int

    /// For who wants the verdict and why.
    static let brief = Verbosity(findings: 1, violations: 0)
    /// For who looks again.
    static let full = Verbosity(findings: 3, violations: 5)
  }

  /// The first counterexample: its picture, why it can't be, and what was left out.
  func addCounterexample(to sections: inout Sections, _ verbosity: Verbosity, width: Int) {
    guard let counterexample else { return }
    let operations = DrawnOperations(
      counterexample.operations, naming: counterexample.named, of: history)
    let lanes = SwimLanes(operations.drawn, of: history)
    let (picture, eventsLeftOut) = lanes.picture(width: width)
    sections.append(.verdict, picture)
    sections.append(.detail, lanes.notes(eventsLeftOut, width: width))
    if let rest = operations.rest {
      sections.append(
        .figures,
        Paragraph(
          rest, lead: Span("Part of it, but not drawn: ", .strong), margin: 2
        ).lines(width: width))
    }
    if !counterexample.reasons.isEmpty {
      sections.append(
        .verdict,
        Paragraph(
          counterexample.reasons.map(sentence).joined(separator: " "), lead: Span("Why: ", .strong)
        ).lines(width: width))
    }
    if counterexample.weakened > 0 {
      let others =
        counterexample.weakened == 1
        ? "The other operation, whatever it did, doesn't change that."
        : "The other \(Units.count(counterexample.weakened)) operations, whatever they did, "
          + "don't change that."
      sections.append(.evidence, Paragraph(others, margin: 5).lines(width: width))
    }
    for fault in FaultSentences(counterexample.operations, of: history).all {
      sections.append(
        .evidence, Paragraph(sentence(fault), lead: Span("Fault: ", .strong)).lines(width: width))
    }
    sections.append(.evidence, furtherLines(verbosity.violations, width: width))
  }

  /// Violations after the first: at most this many in full, the others by key.
  private func furtherLines(_ most: Int, width: Int) -> [Line] {
    let further = furtherViolations
    let lines = further.prefix(most).flatMap {
      Paragraph($0.sentence, lead: Span("Also: ", .strong)).lines(width: width)
    }
    let rest = further.dropFirst(most)
    guard !rest.isEmpty else { return lines }
    let keys = rest.compactMap(\.key).prefix(Self.mostKeys)
    let more = rest.count - keys.count
    let named = keys.joined(separator: ", ")
    let text =
      keys.isEmpty
      ? "\(Units.count(rest.count)) more"
      : named + (more > 0 ? " and \(Units.count(more)) more keys" : "")
    let lead = most == 0 ? "Also broken: " : "And broken: "
    return lines + Paragraph(text, lead: Span(lead, .strong)).lines(width: width)
  }

  /// Keys named where their violations are not told.
  private static let mostKeys = 8

  /// Findings, those that break the stock first.
  func addFindings(to sections: inout Sections, _ verbosity: Verbosity, width: Int) {
    let ordered = findings.filter(\.isViolation) + findings.filter { !$0.isViolation }
    var counts: [String: Int] = [:]
    let shown = ordered.filter { finding in
      counts[finding.title, default: 0] += 1
      return counts[finding.title, default: 0] <= verbosity.findings
    }
    let widest = shown.reduce(0) { max($0, $1.title.columns) }
    for finding in shown {
      sections.append(
        finding.isViolation ? .evidence : .figures,
        Paragraph(
          sentence(finding.sentence),
          lead: Span(
            finding.title.printable.padded(to: widest) + "  ",
            finding.isViolation ? .bad : .doubtful),
          margin: 2
        ).lines(width: width))
      guard finding.isDrawn, finding == shown.first(where: { $0.title == finding.title }) else {
        continue
      }
      sections.append(
        .evidence, SwimLanes(finding.operations, of: history).picture(width: width).lines)
    }
    let rest = shown.map(\.title).uniqued.compactMap { title -> String? in
      let more = (counts[title] ?? 0) - verbosity.findings
      return more > 0 ? "\(Units.count(more)) more of \(title)" : nil
    }
    if rest.isEmpty { return }
    sections.append(
      .evidence, Paragraph(rest.joined(separator: ", "), margin: 2).lines(width: width))
  }

  private func sentence(_ text: String) -> String {
    text.hasSuffix(".") ? text : text + "."
  }
}
