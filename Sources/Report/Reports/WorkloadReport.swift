// Several strategies' runs of one workload: the verdict of all, the counterexample that matters most, a
// table of all, then each run that is not as expected.

/// The report of many runs, for people.
public struct WorkloadReport: Sendable {
  public var runs: [RunFacts]
  /// Strategies that were not run, and why, a sentence each.
  public var leftOut: [String] = []
  /// Where the runs' own reports are.
  public var folder: String?
  /// Strategies of the workload that were not run.
  public var notRun: [NotRun]
  /// Whether runs that came out as expected are counted and not shown.
  public var onlyFailures = false

  public init(_ runs: [RunFacts], folder: String? = nil, notRun: [NotRun] = []) {
    self.runs = runs
    self.notRun = notRun
    self.folder = folder
  }

  /// The report, each line ended by a newline; on a screen too low for it, what matters most.
  public func text(_ style: Style) -> String { sections(width: style.width).text(style) }

  func summaryLines(width: Int) -> [Line] {
    verdict(width: width) + table.lines(width: width)
  }

  /// The run that matters most: the worst that was not expected, else the first violation.
  var first: RunFacts? { unexpected.first ?? runs.first { $0.verdict == .violation } }

  private func sections(width: Int) -> Sections {
    var sections = Sections()
    sections.append(.verdict, verdict(width: width))
    sections.closing = verdict(width: width)
    // Nobody waits for a violation that was expected: the table comes first then.
    let broken = unexpected.first { $0.verdict == .violation }
    if let broken { add(broken, worth: .verdict, to: &sections, width: width) }
    if !shown.isEmpty {
      sections.append(broken == nil ? .verdict : .evidence, table.lines(width: width))
    }
    if !onlyFailures, broken == nil, let expected = runs.first(where: { $0.verdict == .violation })
    {
      add(expected, worth: .figures, to: &sections, width: width)
    }
    for run in unexpected {
      sections.append(.detail, [.empty] + RunReport(run).lines(width: width))
    }
    for sentence in leftOut {
      sections.append(.verdict, Paragraph(sentence.printable).lines(width: width))
    }
    if let folder {
      sections.append(.verdict, [.command(folder, lead: "Reports: ")])
    }
    return sections
  }

  /// One run's verdict and counterexample, without what else is to be said of it.
  private func add(
    _ run: RunFacts, worth: Sections.Priority, to sections: inout Sections, width: Int
  ) {
    var one = Sections()
    let evidence = run.evidence
    evidence.addCounterexample(to: &one, .brief, width: width)
    let place = run.strategy + (run.isAsExpected ? ", as expected: " : ": ")
    let headline = Paragraph(
      place + evidence.headline(run.verdict), lead: Span(run.verdict.word + "  ", run.verdict.ink),
      ink: .strong)
    sections.append(
      worth,
      [.empty] + headline.lines(width: width) + one.lines(ofAtLeast: .verdict) + [.empty])
  }

  private var shown: [RunFacts] { onlyFailures ? unexpected : runs }

  /// The runs that are not as expected, the worst first.
  var unexpected: [RunFacts] {
    runs.filter { !$0.isAsExpected }.sorted { $0.verdict.place < $1.verdict.place }
  }

  /// Whether all came out as expected, and which did not.
  func verdict(width: Int) -> [Line] {
    let workloads = (runs.map(\.workload) + notRun.map(\.suite)).uniqued
      .joined(separator: ", ").printable
    let count = Units.counted(runs.count + notRun.count, "strategy", "strategies")
    let rest = notRun.sentence.map { "; " + $0.printable } ?? ""
    guard let worst = unexpected.first else {
      if !notRun.isEmpty {
        return Paragraph(
          "\(workloads): \(runs.count) of \(count) run"
            + (runs.isEmpty ? "" : ", every verdict as expected") + rest,
          lead: Span("ended early  ", .doubtful), ink: .strong
        ).lines(width: width)
      }
      return Paragraph(
        "\(workloads): \(count), every verdict as expected",
        lead: Span("as expected  ", .good), ink: .strong
      ).lines(width: width)
    }
    let names = unexpected.map { "\($0.strategy) \($0.word)" }.joined(separator: ", ")
    let lead =
      unexpected.allSatisfy(\.isUnfinished)
      ? Span("ended early  ", .doubtful) : Span("NOT AS EXPECTED  ", worst.verdict.ink)
    return Paragraph(
      "\(workloads): \(Units.count(unexpected.count)) of \(count): \(names)\(rest)",
      lead: lead, ink: .strong
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
    for run in shown {
      let figures = run.figures.summary
      let ends = [figures.outcomes.ok, figures.outcomes.soldOut, figures.outcomes.indeterminate]
      table.append([
        Span(run.strategy), Span(run.verdict.word, run.verdict.ink),
        run.isAsExpected
          ? Span("yes", .faint)
          : run.isUnfinished ? Span("-", .faint) : Span("NO", .bad),
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
