// A comparison on paper: the verdict of all, the matrix where there are conditions, the figures of
// every row, what its columns mean, and the step that broke each strategy that broke.

extension Comparison {
  /// The report, each line ended by a newline; on a short screen the verdict is repeated.
  ///
  /// With `onlyFailures` the trials that came out as expected are counted and not shown.
  public func text(_ style: Style, onlyFailures: Bool = false) -> String {
    let width = style.width
    var sections = Sections()
    sections.append(.verdict, verdict(width: width) + [.empty])
    if onlyFailures {
      failures.addFigures(to: &sections, width: width)
    } else {
      addFigures(to: &sections, width: width)
      sections.append(.verdict, SelectionGuide(self).lines(width: width))
    }
    sections.closing = [.empty] + verdict(width: width)
    return sections.text(style)
  }

  /// The rows and columns of which a trial did not come out as expected.
  private var failures: Comparison {
    Comparison(groups.filter { !$0.isAsExpected }.flatMap(\.cells), servers: servers)
  }

  /// The tables, what their columns mean, and what broke.
  private func addFigures(to sections: inout Sections, width: Int) {
    guard !cells.isEmpty else { return }
    if conditions.count > 1 {
      for block in blocks(width: width) {
        sections.append(.verdict, matrix(block).lines(width: width) + [.empty])
      }
    }
    for condition in conditions {
      if conditions.count > 1 {
        sections.append(.verdict, [Line([Span(condition ?? Self.plain, .strong)])])
      }
      let table = condition.map(faultFigures) ?? figures(condition)
      sections.append(.verdict, table.lines(width: width) + [.empty])
    }
    sections.append(.verdict, Paragraph(key, ink: .faint).lines(width: width))
    for origin in cells.compactMap(\.origin).uniqued {
      let names = cells.filter { $0.origin == origin }.map(\.name).uniqued.joined(separator: ", ")
      sections.append(.verdict, Paragraph("\(names): \(origin)", ink: .faint).lines(width: width))
    }
    sections.append(.verdict, omitted(width: width) + doubts(width: width) + causes(width: width))
  }

  /// The same as GitHub-flavoured Markdown.
  public var markdown: String {
    var text = conditions.count > 1 ? matrix(conditions).markdown + "\n" : ""
    for condition in conditions {
      if conditions.count > 1 { text += MarkdownText.escaped(condition ?? Self.plain) + ":\n\n" }
      text += (condition.map(faultFigures) ?? figures(condition)).markdown + "\n"
    }
    return text + MarkdownText.escaped(key) + "\n" + SelectionGuide(self).markdown
  }

  /// All trials in a sentence.
  var headline: String {
    let count = Units.counted(cells.count, "trial") + " of " + Units.counted(rows.count, "row")
    let end =
      notRun.sentence.map { "; \(Units.counted(notRun.count, "trial")) \($0)" } ?? ""
    let unexpected = groups.filter { !$0.isAsExpected }
    if unexpected.isEmpty { return "\(count), every verdict as expected\(end)" }
    let names = unexpected.map { group in
      ([group.name] + [group.condition].compactMap(\.self)).joined(separator: " under ")
        + " \(group.worst.verdict.word)"
    }
    return "\(count): \(names.joined(separator: ", "))\(end)"
  }

  /// Of what broke, what matters most: an unexpected violation before an expected one.
  var firstBroken: Group? {
    let broken = groups.filter { $0.cause != nil }
    return broken.first { !$0.isAsExpected } ?? broken.first
  }

  /// Whether all came out as expected, and the first step that went wrong.
  private func verdict(width: Int) -> [Line] {
    let lead =
      if isAsExpected {
        Span("as expected  ", .good)
      } else if groups.allSatisfy(\.isAsExpected) {
        Span("ended early  ", .doubtful)
      } else {
        Span("NOT AS EXPECTED  ", .bad)
      }
    let lines = Paragraph(headline, lead: lead, ink: .strong).lines(width: width)
    guard let first = firstBroken, let cause = first.cause else { return lines }
    let verdict = first.worst.verdict
    return lines
      + Paragraph(
        "\(first.label)\(first.isAsExpected ? ", as expected" : ""): \(cause)",
        lead: Span(verdict.word + "  ", verdict.ink), margin: 2
      ).lines(width: width)
  }

  var rows: [String] { cells.map(\.name).uniqued }

  // MARK: The matrix

  /// Conditions in as many tables as their columns need.
  private func blocks(width: Int) -> [[String?]] {
    let names = rows.reduce(0) { max($0, $1.columns) }
    var blocks: [[String?]] = []
    var used = 0
    for condition in conditions {
      let column = max((condition ?? Self.plain).columns, "VIOL.!".columns) + 2
      if blocks.isEmpty || used + column > width {
        blocks.append([])
        used = names
      }
      blocks[blocks.count - 1].append(condition)
      used += column
    }
    return blocks
  }

  private func matrix(_ conditions: [String?]) -> TextTable {
    var table = TextTable(
      [TableColumn("strategy", narrowest: 8)]
        + conditions.map { TableColumn(($0 ?? Self.plain).printable, narrowest: 6) })
    let groups = groups
    for name in rows {
      let marks = conditions.map { condition in
        groups.first { $0.name == name && $0.condition == condition }.map(mark)
          ?? Span("-", .faint)
      }
      table.append([Span(name)] + marks)
    }
    return table
  }

  func mark(_ group: Group) -> Span {
    let word =
      switch group.worst.verdict {
      case .linearizable: "lin."
      case .violation: "VIOL."
      case .unknown: "unk."
      case .vacuous: "vac."
      }
    return Span(
      word + (group.worst.isAsExpected ? "" : "!"), group.worst.verdict.ink)
  }

  // MARK: The figures

  private func figures(_ condition: String?) -> TextTable {
    var table = TextTable([
      TableColumn("strategy", narrowest: 8), TableColumn("verdict"),
      TableColumn("as exp", isNumeric: true), TableColumn("ops/s", isNumeric: true),
      TableColumn("p50", isNumeric: true), TableColumn("p99", isNumeric: true),
      TableColumn("late", isNumeric: true), TableColumn("wait", isNumeric: true),
      TableColumn("conn", isNumeric: true), TableColumn("over", isNumeric: true),
    ])
    for group in groups where group.condition == condition {
      let middle = group.middle
      let isExpected = group.expected == group.cells.count
      table.append([
        Span(group.name), mark(group),
        Span("\(group.expected)/\(group.cells.count)", isExpected ? .faint : .bad),
        Span(middle.perSecond.map(Units.shortRate) ?? "-"),
        Span(middle.latency.map { Units.compactDuration($0.p50) } ?? "-"),
        Span(middle.latency.map { Units.compactDuration($0.p99) } ?? "-"),
        share(middle.waits?.unfairness),
        Span(middle.waits.map { Units.compactDuration($0.wait.p99) } ?? "-"),
        Span(middle.connections.map(Units.short) ?? "-"), oversold(group),
      ])
    }
    return table
  }

  private func share(_ part: Double?) -> Span {
    guard let part else { return Span("-", .faint) }
    return Span("\(Int((part * 100).rounded()))%")
  }

  /// The most of any trial.
  func oversold(_ group: Group) -> Span {
    guard let most = group.cells.compactMap(\.oversold).max() else { return Span("-", .faint) }
    return Span(Units.short(most), most == 0 ? .plain : .bad)
  }

  private var key: String {
    "lin. linearizable; VIOL. violation; unk. unknown; vac. vacuous; ! not the expected verdict; "
      + "- doesn't apply, or was not run. as exp: trials that came out as expected. ops/s, p50, "
      + "p99: operations answered, in the trial with the middle throughput. late: of those "
      + "who waited for a lock or in a queue, the share that a later caller overtook. wait: p99 "
      + "of the time from asking to being served. conn: database connections at the peak. "
      + "over: units oversold, or sold without leaving the store; the most of any trial."
      + (conditions.contains { $0 != nil }
        ? " gap: the longest time without an answer; overlaps: how often two clients "
          + "both believed they held a lock; the most of any trial."
        : "")
  }

  // MARK: What went wrong

  private func causes(width: Int) -> [Line] {
    section("The step that went wrong", \.cause, .bad, width: width)
  }

  /// Why trials are vacuous, and what many of a trial's calls failed with.
  private func doubts(width: Int) -> [Line] {
    section("Vacuous, or calls that failed", \.doubt, .doubtful, width: width)
  }

  /// A sentence for each row of which there is one.
  private func section(
    _ title: String, _ sentence: (Group) -> String?, _ ink: TextStyle, width: Int
  ) -> [Line] {
    let told = groups.compactMap { group in sentence(group).map { (group.label, $0) } }
    guard !told.isEmpty else { return [] }
    let widest = told.reduce(0) { max($0, $1.0.columns) }
    return [.empty, Line([Span(title, .strong)])]
      + told.flatMap { label, sentence in
        Paragraph(sentence, lead: Span(label.padded(to: widest) + "  ", ink), margin: 2)
          .lines(width: width)
      }
  }
}
