// The table of strategies against faults: the answer to "which one holds up, and at what price".

/// Many runs of many strategies, with and without faults.
public struct Comparison: Sendable {
  /// One run of one strategy under one fault, or under none.
  public struct Cell: Sendable, Hashable {
    public var strategy: String
    /// Nil: without faults.
    public var fault: String?
    public var verdict: RunVerdict
    public var isAsExpected: Bool
    /// Units sold beyond the stock; nil where nothing is for sale.
    public var oversold: Int?
    /// Times that two held one lock at once; nil without a lock.
    public var overlaps: Int?
    /// Of the operations answered (ns).
    public var p99: Int64?
    /// Operations answered per second.
    public var perSecond: Double?
    /// Server connections held at the peak.
    public var connections: Int?

    public init(
      strategy: String, fault: String?, verdict: RunVerdict, isAsExpected: Bool,
      oversold: Int? = nil, overlaps: Int? = nil, p99: Int64? = nil, perSecond: Double? = nil,
      connections: Int? = nil
    ) {
      self.strategy = strategy
      self.fault = fault
      self.verdict = verdict
      self.isAsExpected = isAsExpected
      self.oversold = oversold
      self.overlaps = overlaps
      self.p99 = p99
      self.perSecond = perSecond
      self.connections = connections
    }

    /// The cell of a run, with what the run's facts don't say.
    public init(
      _ run: RunFacts, fault: String?, oversold: Int? = nil, overlaps: Int? = nil,
      connections: Int? = nil
    ) {
      self.init(
        strategy: run.strategy, fault: fault, verdict: run.verdict,
        isAsExpected: run.isAsExpected, oversold: oversold, overlaps: overlaps,
        p99: run.summary.latency?.p99, perSecond: run.summary.answersPerSecond,
        connections: connections)
    }

    var faultName: String { fault ?? "no fault" }
  }

  public var cells: [Cell]

  public init(_ cells: [Cell]) {
    self.cells = cells
  }

  /// The verdicts as a matrix, then every cell's figures, each line ended by a newline.
  public func text(_ style: Style) -> String {
    let width = style.width
    var lines: [Line] = []
    for block in blocks(width: width) { lines += matrix(block).lines(width: width) + [.empty] }
    lines += Paragraph(key, ink: .faint).lines(width: width) + [.empty]
    return (lines + figures(mark).lines(width: width)).text(style)
  }

  /// The same as GitHub-flavoured Markdown.
  public var markdown: String {
    matrix(faults).markdown + "\n" + MarkdownText.escaped(key) + "\n\n"
      + figures { Span($0.verdict.word + ($0.isAsExpected ? "" : "!")) }.markdown
  }

  // MARK: The matrix

  /// Faults in the order in which they came, none first.
  private var faults: [String?] {
    let all = cells.map(\.fault).uniqued
    return all.filter { $0 == nil } + all.filter { $0 != nil }
  }

  private var key: String {
    "lin. linearizable; VIOL. violation; unk. unknown; vac. vacuous; - not run, since the fault "
      + "doesn't fit; ! not the expected verdict"
  }

  /// Faults in as many tables as their columns need.
  private func blocks(width: Int) -> [[String?]] {
    let names = cells.reduce(0) { max($0, $1.strategy.columns) }
    var blocks: [[String?]] = []
    var used = 0
    for fault in faults {
      let column = max((fault ?? "no fault").columns, "VIOL.!".columns) + 2
      if blocks.isEmpty || used + column > width {
        blocks.append([])
        used = names
      }
      blocks[blocks.count - 1].append(fault)
      used += column
    }
    return blocks
  }

  private func matrix(_ faults: [String?]) -> TextTable {
    var table = TextTable(
      [TableColumn("strategy", narrowest: 8)]
        + faults.map { TableColumn(($0 ?? "no fault").printable, narrowest: 6) })
    for strategy in cells.map(\.strategy).uniqued {
      let row = faults.map { fault in
        cells.last { $0.strategy == strategy && $0.fault == fault }.map(mark) ?? Span("-", .faint)
      }
      table.append([Span(strategy)] + row)
    }
    return table
  }

  private func mark(_ cell: Cell) -> Span {
    let word =
      switch cell.verdict {
      case .linearizable: "lin."
      case .violation: "VIOL."
      case .unknown: "unk."
      case .vacuous: "vac."
      }
    return Span(word + (cell.isAsExpected ? "" : "!"), cell.verdict.ink)
  }

  // MARK: The figures

  private func figures(_ verdict: (Cell) -> Span) -> TextTable {
    var table = TextTable([
      TableColumn("fault", narrowest: 8), TableColumn("strategy", narrowest: 8),
      TableColumn("verdict", narrowest: 6), TableColumn("oversold", isNumeric: true),
      TableColumn("overlaps", isNumeric: true), TableColumn("p99", isNumeric: true),
      TableColumn("ops/s", isNumeric: true), TableColumn("conns", isNumeric: true),
    ])
    // By fault, so that strategies under the same conditions stand together.
    for cell in faults.flatMap({ fault in cells.filter { $0.fault == fault } }) {
      table.append([
        Span(cell.faultName, cell.fault == nil ? .faint : .plain), Span(cell.strategy),
        verdict(cell),
        count(cell.oversold, alarming: true), count(cell.overlaps, alarming: false),
        Span(cell.p99.map(Units.compactDuration) ?? "-"),
        Span(cell.perSecond.map(Units.shortRate) ?? "-"),
        Span(cell.connections.map(Units.short) ?? "-"),
      ])
    }
    return table
  }

  private func count(_ number: Int?, alarming: Bool) -> Span {
    guard let number else { return Span("-", .faint) }
    let ink: Ink = number == 0 ? .plain : alarming ? .bad : .doubtful
    return Span(Units.short(number), ink)
  }
}
