// Aligned columns, for terminals and for Markdown. A table too wide for its lines gives up, in this
// order, the second blank between columns, then room in its flexible columns.

/// One column of a table.
package struct TableColumn: Sendable, Hashable {
  package var title: String
  /// Numbers stand to the right, words to the left.
  package var isNumeric = false
  /// The narrowest this column may be cut to; nil: never cut.
  package var narrowest: Int?

  package init(_ title: String, isNumeric: Bool = false, narrowest: Int? = nil) {
    self.title = title
    self.isNumeric = isNumeric
    self.narrowest = narrowest
  }
}

/// Rows of cells under titles; every row has one cell for each column.
package struct TextTable: Sendable {
  package var columns: [TableColumn]
  private(set) var rows: [[Span]] = []

  package init(_ columns: [TableColumn]) {
    self.columns = columns
  }

  package mutating func append(_ row: [Span]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    rows.append(row.map { Span($0.text.printable, $0.ink) })
  }

  /// The table's lines, at most so wide.
  package func lines(width: Int, margin: Int = 0) -> [Line] {
    let layout = self.layout(width: width - margin)
    let titles = columns.map { Span($0.title, .faint) }
    return ([titles] + rows).map { cells in
      var line = Line(String(repeating: " ", count: margin))
      for (place, cell) in cells.enumerated() {
        if place > 0 { line.append(String(repeating: " ", count: layout.gap)) }
        let text = cell.text.fitted(to: layout.widths[place])
        line.append(
          columns[place].isNumeric
            ? text.rightAligned(to: layout.widths[place])
            : text.padded(to: layout.widths[place]),
          cell.ink)
      }
      return line
    }
  }

  private func layout(width: Int) -> (widths: [Int], gap: Int) {
    var widths = columns.indices.map { place in
      rows.reduce(columns[place].title.columns) { max($0, $1[place].text.columns) }
    }
    let gaps = columns.count - 1
    var gap = 2
    if widths.reduce(0, +) + gaps * gap > width { gap = 1 }
    var excess = widths.reduce(0, +) + gaps * gap - width
    for (place, column) in columns.enumerated() where excess > 0 {
      guard let narrowest = column.narrowest, widths[place] > narrowest else { continue }
      let cut = min(excess, widths[place] - narrowest)
      widths[place] -= cut
      excess -= cut
    }
    return (widths, gap)
  }

  /// The table in GitHub-flavoured Markdown.
  package var markdown: String {
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    var text = row(columns.map { MarkdownText.escaped($0.title) })
    text += row(columns.map { $0.isNumeric ? "---:" : "---" })
    for cells in rows { text += row(cells.map { MarkdownText.escaped($0.text) }) }
    return text
  }
}
