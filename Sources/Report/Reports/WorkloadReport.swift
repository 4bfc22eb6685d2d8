// Several strategies' runs of one workload: a table of all, then each one that is not as expected.

/// The report of many runs, for people.
public struct WorkloadReport: Sendable {
  public var runs: [RunFacts]

  public init(_ runs: [RunFacts]) {
    self.runs = runs
  }

  /// The table, then the report of every run that is not as expected; each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  /// The verdict of all and the table, each line ended by a newline.
  public func summary(_ style: Style) -> String { summaryLines(width: style.width).text(style) }

  func summaryLines(width: Int) -> [Line] {
    verdict(width: width) + table.lines(width: width)
  }

  func lines(width: Int) -> [Line] {
    var lines = summaryLines(width: width)
    for run in unexpected { lines += [.empty] + RunReport(run).lines(width: width) }
    return lines
  }

  /// The runs that are not as expected, the worst first.
  var unexpected: [RunFacts] {
    runs.filter { !$0.isAsExpected }.sorted { $0.verdict.place < $1.verdict.place }
  }

  private func verdict(width: Int) -> [Line] {
    let workloads = runs.map(\.workload).uniqued.joined(separator: ", ").printable
    let count = Units.counted(runs.count, "strategy", "strategies")
    guard let worst = unexpected.first else {
      return Paragraph(
        "\(workloads): \(count), every verdict as expected",
        lead: Span("as expected  ", .good), ink: .strong
      ).lines(width: width)
    }
    let names = unexpected.map { "\($0.strategy) \($0.verdict.word)" }.joined(separator: ", ")
    return Paragraph(
      "\(workloads): \(Units.count(unexpected.count)) of \(count): \(names)",
      lead: Span("NOT AS EXPECTED  ", worst.verdict.ink), ink: .strong
    ).lines(width: width)
  }

  /// A row for each run; at most 80 columns for names of 20.
  var table: TextTable {
    var table = TextTable([
      TableColumn("strategy", narrowest: 8), TableColumn("verdict", narrowest: 6),
      TableColumn("expected"), TableColumn("ops", isNumeric: true),
      TableColumn("ops/s", isNumeric: true), TableColumn("p50", isNumeric: true),
      TableColumn("p99", isNumeric: true), TableColumn("ok/sold/info", isNumeric: true),
    ])
    for run in runs {
      let figures = run.summary
      let ends = [figures.outcomes.ok, figures.outcomes.soldOut, figures.outcomes.indeterminate]
      table.append([
        Span(run.strategy), Span(run.verdict.word, run.verdict.ink),
        run.isAsExpected ? Span("yes", .faint) : Span("NO", .bad),
        Span(Units.short(figures.outcomes.total)),
        Span(figures.callsPerSecond.map(Units.shortRate) ?? "-"),
        Span(figures.latency.map { Units.compactDuration($0.p50) } ?? "-"),
        Span(figures.latency.map { Units.compactDuration($0.p99) } ?? "-"),
        Span(ends.map(Units.short).joined(separator: "/")),
      ])
    }
    return table
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, where it came first.
  package var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
