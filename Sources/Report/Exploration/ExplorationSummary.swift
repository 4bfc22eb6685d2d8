// Explorations of many strategies as a table, with their shortest counterexamples below it.

import Checker

/// The table of explorations, a row at a time as they end.
public struct ExplorationSummary: Sendable {
  private var explorations: [ExplorationFacts] = []
  private var rows: [String] = []
  /// Whether the last row is an exploration's.
  private var endsWithExploration = false

  public init() {}

  public mutating func append(_ facts: ExplorationFacts) {
    explorations.append(facts)
    rows.append(Self.row(facts))
    endsWithExploration = true
    if let objection { rows.append("  \(objection)\n") }
  }

  /// What was not explored, and why not, in a sentence without a full stop.
  public mutating func append(_ sentence: String) {
    rows.append("\(sentence)\n")
    endsWithExploration = false
  }

  /// The columns' titles.
  public var heading: String {
    Self.row("strategy", "calls", "schedules", "longest", "covered", "verdict", "shortest") + "\n"
  }

  /// The line of what was appended last.
  public var lastRow: String {
    rows.last { !$0.hasPrefix(" ") } ?? ""
  }

  /// Why what was appended last is not as it was expected; nil if it is.
  public var objection: String? {
    guard endsWithExploration, let facts = explorations.last else { return nil }
    return switch (facts.verdict, facts.expected) {
    case (.violation, .violation), (.linearizable, .linearizable): nil
    case (.violation, _): "Not as expected: it should hold up."
    case (.linearizable, _), (.vacuous, .violation): "Not as expected: it should break."
    case (.unknown, _): "Not everything was tried."
    case (.vacuous, _): "Proves nothing: \(facts.vacuity.joined(separator: "; "))."
    }
  }

  /// The whole file.
  public var text: String {
    let versions = Set(explorations.flatMap { $0.versions.map { "\($0.key) \($0.value)" } })
      .sorted()
    var text = """
      Every interleaving of every strategy's commands, on \(versions.joined(separator: " and ")).
      Calls: of each client (t: take one, r: read), as many in stock as are taken.
      Commuting commands are tried in one order only. Shortest: commands of the
      shortest schedule that breaks the stock, and preemptions in it.


      """
    text += heading + rows.joined()
    for facts in explorations {
      guard let found = facts.counterexample else { continue }
      let title = "\(facts.strategy), \(facts.summary)"
      text += "\n" + hanging(title, 80).joined(separator: "\n") + "\n"
      text +=
        StepTable(found.steps, clients: found.clients).lines(width: 80)
        .joined(separator: "\n") + "\n"
      text += reasonLines(found.reasons, lead: "Why:", 80).joined(separator: "\n")
      text += "\nToken:\n\(found.token)\n"
    }
    return text
  }

  private static func row(_ facts: ExplorationFacts) -> String {
    let covered = facts.isComplete ? "all" : "\(Units.tenths(min(facts.covered, 1) * 100)) %"
    let shortest = facts.counterexample.map {
      ($0.isShortest ? "" : "≤") + "\($0.steps.count) (\($0.preemptions))"
    }
    return row(
      facts.strategy, facts.calls, Units.count(facts.schedules), "\(facts.longest)", covered,
      facts.verdict == .vacuous ? "VACUOUS" : facts.verdict.rawValue, shortest ?? "") + "\n"
  }

  /// Rows are told one by one, before the widths of later ones are known: so the columns are fixed.
  private static func row(
    _ name: String, _ calls: String, _ schedules: String, _ longest: String, _ covered: String,
    _ verdict: String, _ shortest: String
  ) -> String {
    let line =
      name.padded(to: 27) + calls.padded(to: 6) + schedules.rightAligned(to: 9)
      + longest.rightAligned(to: 8) + covered.rightAligned(to: 8) + "  "
      + verdict.padded(to: 12) + shortest.rightAligned(to: 8)
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
