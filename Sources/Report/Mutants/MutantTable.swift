// Mutants in a table: under a line of their original's name, so that their own names are read whole.

/// A table of mutants, those of an original together.
struct MutantTable {
  private var table: TextTable
  private var original: String?

  /// `columns` stand after the names.
  init(_ columns: [TableColumn]) {
    table = TextTable([TableColumn("mutant")] + columns)
  }

  /// `name` is the mutant's whole one, `redis-lua.no-check`.
  mutating func append(_ name: String, of original: String, _ cells: [Span]) {
    if self.original != original {
      table.append([Span(original, .strong)] + cells.map { _ in Span("") })
      self.original = original
    }
    let own = name.hasPrefix(original) ? String(name.dropFirst(original.count)) : name
    table.append([Span(own)] + cells)
  }

  func lines(width: Int) -> [Line] { table.lines(width: width) }

  /// What figures depend on, a line each and one empty; nothing where nothing is told.
  static func head(_ facts: [(name: String, value: String)], width: Int) -> [Line] {
    guard let widest = facts.map(\.name.columns).max() else { return [] }
    return facts.flatMap { name, value in
      Paragraph(value, lead: Span(name.padded(to: widest) + "  ", .faint)).lines(width: width)
    } + [.empty]
  }
}
