// The text of one strategy's run: what ran, the verdict, what it rests on, the figures, and how to
// look again.

/// The report of a run, for people.
public struct RunReport: Sendable {
  public var facts: RunFacts

  public init(_ facts: RunFacts) {
    self.facts = facts
  }

  /// The report, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  func lines(width: Int) -> [Line] {
    let evidence = facts.evidence
    var lines = header(width: width)
    lines += evidence.verdictLines(facts.verdict, vacuity: facts.vacuity, width: width)
    lines += expectation(width: width)
    if facts.verdict == .violation { lines += evidence.counterexampleLines(width: width) }
    lines += evidence.findingLines(width: width)
    if facts.verdict != .vacuous {
      lines += facts.vacuity.flatMap {
        Paragraph($0 + ".", lead: Span("Vacuous: ", .doubtful)).lines(width: width)
      }
    }
    lines += facts.summary.lines(width: width)
    lines += faults(width: width)
    return lines + commands
  }

  private func header(width: Int) -> [Line] {
    let parts =
      [facts.workload, facts.strategy].uniqued + facts.conditions + ["seed \(facts.seed)"]
      + facts.servers
    return Paragraph(
      words: parts.dropLast().map { $0.printable + " ·" } + parts.suffix(1).map(\.printable),
      ink: .faint
    ).lines(width: width)
  }

  /// Said only where it is news: that a violation is expected, or that the verdict is not.
  private func expectation(width: Int) -> [Line] {
    guard let expected = facts.expected, expected != .linearizable || !facts.isAsExpected else {
      return []
    }
    if facts.isAsExpected {
      return Paragraph("As this workload expects.", margin: 2, ink: .faint).lines(width: width)
    }
    return Paragraph(
      "This workload expects: \(expected.rawValue).", margin: 2, ink: .doubtful
    ).lines(width: width)
  }

  private func faults(width: Int) -> [Line] {
    guard !facts.faults.isEmpty else { return [] }
    let counts = facts.faults.map { "\($0.name.printable) \(Units.count($0.fired))×" }
    return Paragraph(words: counts.listed, lead: Span("Faults      ", .faint)).lines(width: width)
  }

  private var commands: [Line] {
    [("Recheck: ", facts.recheck), ("Again:   ", facts.again)].compactMap { lead, command in
      command.map { .command($0, lead: lead) }
    }
  }
}

extension Line {
  /// A command to copy: never broken, so it may pass the width.
  static func command(_ command: String, lead: String) -> Line {
    var line = Line([Span(lead, .faint), Span(command.printable)])
    line.mayExceedWidth = true
    return line
  }
}
