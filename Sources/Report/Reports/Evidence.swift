// What a verdict rests on: the judgements, the findings, and the first counterexample of them.
// Run reports and check reports both show it, and in the same words.

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
  var furtherViolations: [String] {
    judgements.compactMap { judgement in
      violation(judgement).map { named($0.headline, judgement) }
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

  /// The first counterexample: its picture, why it can't be, and what was left out.
  func counterexampleLines(width: Int) -> [Line] {
    guard let counterexample else { return [] }
    let operations = DrawnOperations(
      counterexample.operations, naming: counterexample.named, of: history)
    var lines = SwimLanes(operations.drawn, of: history).lines(width: width)
    if let rest = operations.rest {
      lines += Paragraph(
        rest, lead: Span("Part of it, but not drawn: ", .strong), margin: 2
      ).lines(width: width)
    }
    if !counterexample.reasons.isEmpty {
      lines += Paragraph(
        counterexample.reasons.map(sentence).joined(separator: " "), lead: Span("Why: ", .strong)
      ).lines(width: width)
    }
    if counterexample.weakened > 0 {
      let others =
        counterexample.weakened == 1
        ? "Whatever the other operation did, this can't be."
        : "The other \(Units.count(counterexample.weakened)) operations, whatever they did, "
          + "don't change that."
      lines += Paragraph(others, margin: 5).lines(width: width)
    }
    for fault in FaultSentences(counterexample.operations, of: history).all {
      lines += Paragraph(sentence(fault), lead: Span("Fault: ", .strong)).lines(width: width)
    }
    let further = furtherViolations
    for headline in further.prefix(5) {
      lines += Paragraph(headline, lead: Span("Also: ", .strong)).lines(width: width)
    }
    if further.count > 5 {
      lines.append(Line("      and \(Units.count(further.count - 5)) more"))
    }
    return lines
  }

  /// Findings of one kind told one by one at most; a broken lock overlaps thousands of times.
  private static let mostOfAKind = 3

  /// Findings, those that break the stock first.
  func findingLines(width: Int) -> [Line] {
    let ordered = findings.filter(\.isViolation) + findings.filter { !$0.isViolation }
    var counts: [String: Int] = [:]
    let shown = ordered.filter { finding in
      counts[finding.title, default: 0] += 1
      return counts[finding.title, default: 0] <= Self.mostOfAKind
    }
    let widest = shown.reduce(0) { max($0, $1.title.columns) }
    let lines = shown.flatMap { finding in
      Paragraph(
        sentence(finding.sentence),
        lead: Span(
          finding.title.printable.padded(to: widest) + "  ",
          finding.isViolation ? .bad : .doubtful),
        margin: 2
      ).lines(width: width)
    }
    let rest = shown.map(\.title).uniqued.compactMap { title -> String? in
      let more = (counts[title] ?? 0) - Self.mostOfAKind
      return more > 0 ? "\(Units.count(more)) more of \(title)" : nil
    }
    if rest.isEmpty { return lines }
    return lines + Paragraph(rest.joined(separator: ", "), margin: 2).lines(width: width)
  }

  private func sentence(_ text: String) -> String {
    text.hasSuffix(".") ? text : text + "."
  }
}
