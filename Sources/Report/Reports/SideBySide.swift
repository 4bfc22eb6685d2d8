// Two runs side by side: how they and their results differ.
// It compares figures and draws no conclusion: one run each is not a measurement.

import History

/// The runs of two folders, strategy by strategy.
public struct SideBySide: Sendable {
  private let before: (name: String, runs: [RunFacts])
  private let after: (name: String, runs: [RunFacts])

  /// The names are what the reader called the two, such as folders.
  public init(_ before: (name: String, runs: [RunFacts]), _ after: (name: String, runs: [RunFacts]))
  {
    self.before = before
    self.after = after
  }

  /// The report, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  /// Runs of one strategy on both sides; a single run on each side is compared whatever it ran.
  private var pairs: [(before: RunFacts, after: RunFacts)] {
    if before.runs.count == 1, after.runs.count == 1 { return [(before.runs[0], after.runs[0])] }
    return before.runs.compactMap { run in
      after.runs.first { $0.strategy == run.strategy }.map { (run, $0) }
    }
  }

  func lines(width: Int) -> [Line] {
    let pairs = pairs
    var lines = verdict(pairs, width: width)
    if let broken = pairs.first(where: { $0.after.verdict == .violation })?.after {
      let place = pairs.count > 1 ? "\(broken.strategy): " : ""
      lines += Paragraph(
        place + broken.evidence.headline(.violation), lead: Span("VIOLATION  ", .bad), margin: 2
      ).lines(width: width)
    }
    lines += [
      .command(before.name.printable, lead: "A  "), .command(after.name.printable, lead: "B  "),
    ]
    lines += missing(width: width)
    if pairs.count > 1 { lines += [.empty] + table(pairs).lines(width: width) }
    for pair in pairs where pairs.count == 1 || pair.before.verdict != pair.after.verdict {
      if pairs.count > 1 {
        lines += [.empty, DetailedReport.rule(pair.after.strategy, width: width)]
      }
      lines += [.empty] + details(pair, width: width)
    }
    return lines
  }

  /// What changed of the verdicts, first.
  private func verdict(
    _ pairs: [(before: RunFacts, after: RunFacts)], width: Int
  ) -> [Line] {
    let changed = pairs.filter { $0.before.verdict != $0.after.verdict }
    guard !pairs.isEmpty else {
      return Paragraph("the two runs share no strategy", ink: .strong).lines(width: width)
    }
    guard let worst = changed.min(by: { $0.after.verdict.place < $1.after.verdict.place }) else {
      let text =
        pairs.count == 1
        ? "\(pairs[0].after.verdict.word) both times"
        : "every verdict of \(Units.counted(pairs.count, "strategy", "strategies")) is the same"
      return Paragraph(text, lead: Span("same verdict  ", .good), ink: .strong).lines(width: width)
    }
    let words = changed.map { pair in
      "\(pair.after.strategy) \(pair.before.verdict.word) → \(pair.after.verdict.word)"
    }
    return Paragraph(
      words.joined(separator: ", "), lead: Span("VERDICT CHANGED  ", worst.after.verdict.ink),
      ink: .strong
    ).lines(width: width)
  }

  private func missing(width: Int) -> [Line] {
    guard before.runs.count > 1 || after.runs.count > 1 else { return [] }
    func names(_ runs: [RunFacts], without others: [RunFacts]) -> [String] {
      runs.map(\.strategy).filter { name in !others.contains { $0.strategy == name } }
    }
    let sides = [
      ("Only in A: ", names(before.runs, without: after.runs)),
      ("Only in B: ", names(after.runs, without: before.runs)),
    ]
    return sides.filter { !$0.1.isEmpty }.flatMap { lead, names in
      Paragraph(words: names.listed, lead: Span(lead, .faint)).lines(width: width)
    }
  }

  // MARK: Many strategies

  private func table(_ pairs: [(before: RunFacts, after: RunFacts)]) -> TextTable {
    var table = TextTable([
      TableColumn("strategy", narrowest: 8), TableColumn("verdict A", narrowest: 6),
      TableColumn("verdict B", narrowest: 6), TableColumn("ops/s A", isNumeric: true),
      TableColumn("in B", isNumeric: true), TableColumn("p99 A", isNumeric: true),
      TableColumn("in B", isNumeric: true),
    ])
    for (before, after) in pairs {
      let (old, new) = (before.figures.summary, after.figures.summary)
      table.append([
        Span(after.strategy), Span(before.verdict.word, before.verdict.ink),
        Span(after.verdict.word, after.verdict.ink),
        Span(old.answersPerSecond.map(Units.shortRate) ?? "-"),
        Span(Self.change(old.answersPerSecond, new.answersPerSecond)),
        Span(old.latency.map { Units.compactDuration($0.p99) } ?? "-"),
        Span(Self.change(old.latency?.p99, new.latency?.p99)),
      ])
    }
    return table
  }

  // MARK: One strategy

  private func details(_ pair: (before: RunFacts, after: RunFacts), width: Int) -> [Line] {
    var table = TextTable([
      TableColumn(""), TableColumn("A", narrowest: 12), TableColumn("B", narrowest: 12),
      TableColumn("change"),
    ])
    for row in settings(pair) + figures(pair) {
      table.append([Span(row.name, .faint), Span(row.before), Span(row.after), Span(row.change)])
    }
    let note = "One run each: small differences in the figures say little."
    return table.lines(width: width) + findings(pair, width: width)
      + Paragraph(note, ink: .faint).lines(width: width)
  }

  private typealias Row = (name: String, before: String, after: String, change: String)

  private func settings(_ pair: (before: RunFacts, after: RunFacts)) -> [Row] {
    func row(_ name: String, _ value: (RunFacts) -> String) -> Row {
      let (old, new) = (value(pair.before), value(pair.after))
      return (name, old, new, old == new ? "" : "differs")
    }
    var rows = [
      row("workload", \.workload), row("strategy", \.strategy), row("verdict", \.verdict.word),
    ]
    let count = max(pair.before.conditions.count, pair.after.conditions.count)
    for place in 0..<count {
      rows.append(
        row(place == 0 ? "conditions" : "") {
          $0.conditions.indices.contains(place) ? $0.conditions[place] : "-"
        })
    }
    rows.append(row("seed", \.seed))
    rows.append(row("servers") { $0.servers.joined(separator: ", ") })
    return rows
  }

  private func figures(_ pair: (before: RunFacts, after: RunFacts)) -> [Row] {
    let (old, new) = (pair.before.figures.summary, pair.after.figures.summary)
    func count(_ name: String, _ value: (Outcomes) -> Int) -> Row {
      let (before, after) = (value(old.outcomes), value(new.outcomes))
      return (
        name, Units.count(before), Units.count(after), Self.change(Double(before), Double(after))
      )
    }
    func time(_ name: String, _ value: (Latency) -> Int64) -> Row {
      let (before, after) = (old.latency.map(value), new.latency.map(value))
      return (
        name, before.map(Units.duration) ?? "-", after.map(Units.duration) ?? "-",
        Self.change(before, after)
      )
    }
    return [
      count("ok", \.ok), count("sold out", \.soldOut), count("fail", \.fail),
      count("indeterminate", \.indeterminate),
      (
        "answered/s", old.answersPerSecond.map(Units.rate) ?? "-",
        new.answersPerSecond.map(Units.rate) ?? "-",
        Self.change(old.answersPerSecond, new.answersPerSecond)
      ),
      time("p50", \.p50), time("p99", \.p99), time("p99.9", \.p999), time("max", \.max),
    ]
  }

  /// What was found on one side only, by title: sentences differ in their numbers anyway.
  private func findings(_ pair: (before: RunFacts, after: RunFacts), width: Int) -> [Line] {
    func only(_ lead: String, _ run: RunFacts, without other: RunFacts) -> [Line] {
      let known = Set(other.findings.map(\.title))
      return run.findings.filter { !known.contains($0.title) }.map(\.title).uniqued.flatMap {
        title in
        let sentence = run.findings.first { $0.title == title }?.sentence ?? ""
        return Paragraph(
          "\(title): \(sentence)", lead: Span(lead, .doubtful)
        ).lines(width: width)
      }
    }
    return only("Only in A: ", pair.before, without: pair.after)
      + only("Only in B: ", pair.after, without: pair.before)
  }

  // MARK: Changes

  /// `−12 %`, `×3.1`; `same` below a hundredth; nothing where there is nothing to compare.
  static func change(_ before: Double?, _ after: Double?) -> String {
    guard let before, let after else { return "" }
    if before == after { return "same" }
    guard before > 0, after > 0 else { return "" }
    let ratio = after / before
    if ratio >= 2 { return "×" + Units.rate(ratio) }
    if ratio <= 0.5 { return "÷" + Units.rate(1 / ratio) }
    let percent = Int(((ratio - 1) * 100).rounded())
    if percent == 0 { return "same" }
    return percent > 0 ? "+\(percent) %" : "−\(-percent) %"
  }

  private static func change(_ before: Int64?, _ after: Int64?) -> String {
    change(before.map(Double.init), after.map(Double.init))
  }
}
