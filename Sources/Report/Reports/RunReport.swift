// The text of one strategy's run: what ran, the verdict, what it rests on, the figures, and how to
// look again.

import Checker
import History

/// The report of a run, for people.
public struct RunReport: Sendable {
  public var facts: RunFacts

  /// How much is listed one by one.
  var verbosity = Evidence.Verbosity.brief

  public init(_ facts: RunFacts) {
    self.facts = facts
  }

  /// The report, each line ended by a newline; on a screen too low for it, what matters most.
  public func text(_ style: Style) -> String { sections(width: style.width).text(style) }

  func lines(width: Int) -> [Line] { sections(width: width).all }

  func sections(width: Int) -> Sections {
    let evidence = facts.evidence
    var sections = Sections()
    let verdict = facts.verdictLines(width: width)
    sections.append(.verdict, header(width: width))
    sections.append(.verdict, verdict)
    sections.append(.verdict, expectation(width: width))
    sections.append(.evidence, serverFacts(width: width))
    if facts.verdict == .violation {
      evidence.addCounterexample(to: &sections, verbosity, width: width)
    }
    evidence.addFindings(to: &sections, verbosity, width: width)
    if facts.verdict != .vacuous {
      sections.append(
        .evidence,
        facts.vacuity.flatMap {
          Paragraph($0 + ".", lead: Span("Vacuous: ", .doubtful)).lines(width: width)
        })
    }
    sections.append(.figures, facts.figures.summary.lines(width: width))
    sections.append(
      .figures,
      facts.origin.map {
        Paragraph($0, lead: Span("Strategy".padded(to: 12), .faint)).lines(width: width)
      } ?? [])
    sections.append(.figures, facts.figures.failures.lines(width: width))
    sections.append(.figures, faults(width: width))
    sections.append(.verdict, commands)
    sections.closing = verdict
    sections.more = facts.look.map { .command($0, lead: "All of it: ") }
    return sections
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
    if facts.isUnfinished && expected == .linearizable { return [] }
    if facts.isAsExpected {
      return Paragraph("As expected: this workload is meant to break.", margin: 2, ink: .faint)
        .lines(width: width)
    }
    return Paragraph(
      "This workload expects: \(expected.rawValue).", margin: 2, ink: .doubtful
    ).lines(width: width)
  }

  private func serverFacts(width: Int) -> [Line] {
    facts.serverFacts.sorted { $0.key < $1.key }.enumerated().flatMap { place, server in
      Paragraph(
        "\(server.key): \(server.value.joined(separator: "; "))",
        lead: Span((place == 0 ? "Servers" : "").padded(to: 12), .doubtful)
      ).lines(width: width)
    }
  }

  private func faults(width: Int) -> [Line] {
    guard !facts.faults.isEmpty else { return [] }
    let counts = facts.faults.map { "\($0.name.printable) \(Units.count($0.fired))×" }
    return Paragraph(words: counts.listed, lead: Span("Faults      ", .faint)).lines(width: width)
  }

  private var commands: [Line] {
    [("Recheck: ", facts.recheck), ("Closer:  ", closer), ("Again:   ", facts.again)]
      .compactMap { lead, command in command.map { .command($0, lead: lead) } }
  }

  /// The command that shows what else happened around the counterexample.
  private var closer: String? {
    guard facts.verdict == .violation, let look = facts.look,
      let position = facts.evidence.counterexample?.operations.last,
      facts.history.operations.indices.contains(position)
    else { return nil }
    let operation = facts.history.operations[position]
    let key = operation.key.map { " --key \($0.description.shellWord)" } ?? ""
    return "\(look)\(key) --around \(operation.call.index)"
  }
}

extension Line {
  /// A command to copy: never broken, so it may pass the width.
  package static func command(_ command: String, lead: String) -> Line {
    var line = Line([Span(lead, .faint), Span(command.printable)])
    line.mayExceedWidth = true
    return line
  }
}
