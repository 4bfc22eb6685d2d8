// Mutants in a table, grouped under their original's name, so that their own names fit.

import Report

/// A table of mutants, those of an original together.
struct MutantTable {
  private let columns: [TableColumn]
  private var groups: [(original: String, rows: [[Span]])] = []

  /// `columns` stand after the names.
  init(_ columns: [TableColumn]) {
    self.columns = columns
  }

  /// `name` is the mutant's whole one, `redis-lua.no-check`.
  mutating func append(_ name: String, of original: String, _ cells: [Span]) {
    let own = name.hasPrefix(original) ? String(name.dropFirst(original.count)) : name
    let row = [Span(own)] + cells
    if let place = groups.firstIndex(where: { $0.original == original }) {
      groups[place].rows.append(row)
    } else {
      groups.append((original, [row]))
    }
  }

  /// Originals in the order of their first mutants.
  func lines(width: Int) -> [Line] {
    var table = TextTable([TableColumn("mutant")] + columns)
    for group in groups {
      table.append([Span(group.original, .strong)] + columns.map { _ in Span("") })
      for row in group.rows { table.append(row) }
    }
    return table.lines(width: width)
  }

  /// What figures depend on, a line each and one empty; nothing if nothing is given.
  static func head(_ facts: [(name: String, value: String)], width: Int) -> [Line] {
    guard let widest = facts.map(\.name.columns).max() else { return [] }
    return facts.flatMap { name, value in
      Paragraph(value, lead: Span(name.padded(to: widest) + "  ", .faint)).lines(width: width)
    } + [.empty]
  }
}
