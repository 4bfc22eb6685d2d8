// What `soldout check FILE` says: the verdict, what it rests on, and which engine decided each key.

import Checker
import History

/// The report of a checked history, for people.
public struct CheckReport: Sendable {
  public var facts: CheckFacts

  public init(_ facts: CheckFacts) {
    self.facts = facts
  }

  /// How much is listed one by one.
  var verbosity = Evidence.Verbosity.brief

  /// The report, each line ended by a newline; on a screen too low for it, what matters most.
  public func text(_ style: Style) -> String { sections(width: style.width).text(style) }

  func lines(width: Int) -> [Line] { sections(width: width).all }

  private func sections(width: Int) -> Sections {
    let evidence = facts.evidence
    var sections = Sections()
    let verdict = evidence.verdictLines(
      facts.verdict, vacuity: facts.vacuity, width: width)
    sections.append(.verdict, verdict)
    if facts.verdict == .violation {
      evidence.addCounterexample(to: &sections, verbosity, width: width)
    }
    evidence.addFindings(to: &sections, verbosity, width: width)
    sections.append(.evidence, header(width: width))
    sections.append(.figures, keys(width: width))
    sections.append(.detail, refusals(width: width))
    sections.append(.evidence, unknowns(width: width))
    sections.append(.evidence, unanswered(width: width))
    sections.append(.evidence, sequential(width: width))
    for note in facts.notes { sections.append(.evidence, Paragraph(note).lines(width: width)) }
    sections.closing = verdict
    return sections
  }

  private func header(width: Int) -> [Line] {
    var parts = [facts.source, "model \(facts.model)"].map(\.printable)
    parts.append(Units.counted(facts.operations, "operation"))
    parts.append(Units.counted(facts.judgements.count, "key"))
    // Where something else counts than a reader would think, verdicts look wrong.
    parts.append(facts.history.order == .times ? "ordered by time" : "ordered by position")
    if let elapsed = facts.elapsed { parts.append(Units.duration(elapsed)) }
    return Paragraph(words: parts.dropLast().map { $0 + " ·" } + parts.suffix(1), ink: .faint)
      .lines(width: width)
  }

  // MARK: Keys

  /// Keys listed one by one at most; of more, those that are linearizable are only counted.
  private static let mostKeys = 12

  private func keys(width: Int) -> [Line] {
    guard !facts.judgements.isEmpty else { return [] }
    var lines = counts(width: width)
    let open = facts.judgements.filter { $0.verdict != .linearizable }
    let listed = facts.judgements.count <= Self.mostKeys ? facts.judgements : open
    lines += table(listed.prefix(Self.mostKeys)).lines(width: width, margin: 2)
    if listed.count > Self.mostKeys {
      lines.append(Line("  and \(Units.count(listed.count - Self.mostKeys)) more"))
    }
    return lines
  }

  /// `Keys: 1 violation, 11 linearizable (stock-monitor 12)`.
  private func counts(width: Int) -> [Line] {
    let verdicts = Verdict.allCases.reversed().compactMap { verdict -> String? in
      let count = facts.judgements.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(Units.count(count)) \(verdict)"
    }
    let engines = facts.judgements.map(\.engine).uniqued.map { engine in
      "\(Units.count(facts.judgements.count { $0.engine == engine })) by \(engine)"
    }
    return Paragraph(
      verdicts.joined(separator: ", ") + "; decided " + engines.joined(separator: ", "),
      lead: Span("Keys: ", .strong)
    ).lines(width: width)
  }

  private func table(_ judgements: some Sequence<Judgement>) -> TextTable {
    var table = TextTable([
      TableColumn("key", narrowest: 3), TableColumn("verdict"),
      TableColumn("operations", isNumeric: true), TableColumn("engine", narrowest: 6),
      TableColumn("linearizable prefix", narrowest: 6),
    ])
    for judgement in judgements {
      let verdict = RunVerdict(judgement.verdict, isVacuous: false)
      let key = judgement.key.map(\.description) ?? "(one object)"
      table.append([
        Span(key.printable.fitted(to: 32)), Span(verdict.word, verdict.ink),
        Span(Units.count(judgement.operations)), Span(judgement.engine),
        Span(prefix(of: judgement)),
      ])
    }
    return table
  }

  private func prefix(of judgement: Judgement) -> String {
    if judgement.verdict == .linearizable { return "all" }
    guard let prefix = judgement.prefix else { return "not known" }
    let line = prefix.line > 0 ? ", to line \(prefix.line)" : ""
    let least = prefix.isLongest ? "" : "at least "
    return "\(least)first \(Units.count(prefix.operations))\(line)"
  }

  /// Why the general engine decided where a monitor might have.
  private func refusals(width: Int) -> [Line] {
    let reasons = facts.judgements.flatMap(\.refusals)
    guard !reasons.isEmpty else { return [] }
    let different = reasons.uniqued
    let told = different.prefix(2).map { reason in
      let count = reasons.count { $0 == reason }
      return count > 1 ? "\(reason) (\(Units.counted(count, "key")))" : reason
    }
    let more = different.count > 2 ? ["\(Units.count(different.count - 2)) more reasons"] : []
    return Paragraph(
      (told + more).joined(separator: "; "), lead: Span("No monitor: ", .strong)
    ).lines(width: width)
  }

  /// Reads that the verdict says nothing of.
  private func unanswered(width: Int) -> [Line] {
    let count = facts.judgements.reduce(0) { $0 + $1.unanswered }
    guard count > 0 else { return [] }
    let isRegister = ["register", "cas-register"].contains(facts.model)
    return Paragraph(
      "\(Units.counted(count, "read")) of nil \(count == 1 ? "was" : "were") not judged"
        + (isRegister ? "; --nil absent reads nil as a value" : ""),
      lead: Span("Not judged: ", .doubtful)
    ).lines(width: width)
  }

  /// That what was found to hold was not put to the test.
  private func sequential(width: Int) -> [Line] {
    guard facts.verdict == .linearizable, facts.operations > 1, !facts.isConcurrent else {
      return []
    }
    return Paragraph(
      "no two operations on one key overlapped, so nothing could go wrong between them",
      lead: Span("Not concurrent: ", .doubtful)
    ).lines(width: width)
  }

  /// What was proven of the keys that were not decided, and how to go on.
  private func unknowns(width: Int) -> [Line] {
    let unknown = facts.judgements.filter { $0.verdict == .unknown }
    // The verdict's own sentence has told of the first already.
    let untold = facts.verdict == .unknown ? unknown.dropFirst() : unknown[...]
    return untold.prefix(5).flatMap { judgement in
      let key = judgement.key.map { "\($0): " } ?? ""
      return Paragraph(
        key + (judgement.unknown ?? "the search was given up"), lead: Span("Unknown: ", .doubtful)
      ).lines(width: width)
    }
  }
}
