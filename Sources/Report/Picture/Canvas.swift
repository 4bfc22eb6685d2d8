// One row of cells to draw on, a column each; a wide character takes two.

/// Cells of one row, from column 0.
struct Canvas: Sendable {
  /// A character, or nil for the right half of a wide one.
  private var cells: [(character: Character?, ink: TextStyle)]

  init(width: Int) {
    cells = Array(repeating: (" ", .plain), count: max(0, width))
  }

  /// Writes from a column on; what falls outside is dropped.
  mutating func write(_ text: String, at column: Int, _ ink: TextStyle = .plain) {
    var column = column
    for character in text {
      let width = character.columns
      // A character without a column of its own has none to stand in.
      guard width > 0 else { continue }
      guard column >= 0, column + width <= cells.count else { return }
      cells[column] = (character, ink)
      if width == 2 { cells[column + 1] = (nil, ink) }
      column += width
    }
  }

  /// Repeats a pattern in the columns of a range.
  mutating func fill(_ range: Range<Int>, with pattern: String, _ ink: TextStyle = .plain) {
    let pattern = Array(pattern)
    for (turn, column) in range.clamped(to: 0..<cells.count).enumerated() {
      cells[column] = (pattern[turn % pattern.count], ink)
    }
  }

  /// Neighbours in one ink together.
  var spans: [Span] {
    var pieces: [(text: String, ink: TextStyle)] = []
    for cell in cells {
      guard let character = cell.character else { continue }
      if let last = pieces.last, last.ink == cell.ink {
        pieces[pieces.count - 1].text.append(character)
      } else {
        pieces.append((String(character), cell.ink))
      }
    }
    return pieces.map { Span($0.text, $0.ink) }
  }
}
