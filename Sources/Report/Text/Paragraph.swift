// Sentences broken into lines between words. A word longer than a line is cut across lines rather
// than lost.

/// Words set in lines of a width, the later lines indented.
package struct Paragraph: Sendable {
  /// What stands before the first word, such as `Why: `.
  package var lead: Span
  /// What is never broken unless longer than a line.
  package var words: [String]
  package var ink: TextStyle
  /// Columns before every line.
  package var margin: Int

  package init(_ text: String, lead: Span = Span(""), margin: Int = 0, ink: TextStyle = .plain) {
    self.init(
      words: text.printable.split(separator: " ").map(String.init), lead: lead, margin: margin,
      ink: ink)
  }

  package init(words: [String], lead: Span = Span(""), margin: Int = 0, ink: TextStyle = .plain) {
    self.words = words
    self.lead = lead
    self.margin = margin
    self.ink = ink
  }

  /// The lines, each at most so wide; continued lines stand under the first word.
  package func lines(width: Int) -> [Line] {
    // A lead that would take half of the line indents nothing.
    let hanging = margin + lead.text.columns <= width / 2 ? lead.text.columns : 2
    let room = max(1, width - margin - hanging)
    let firstRoom = max(1, width - margin - lead.text.columns)
    var lines: [Line] = []
    for piece in broken(first: firstRoom, room: room) {
      var line = Line(String(repeating: " ", count: margin))
      if lines.isEmpty {
        line.spans.append(lead)
      } else {
        line.append(String(repeating: " ", count: hanging))
      }
      line.append(piece, ink)
      lines.append(line)
    }
    return lines
  }

  private func broken(first: Int, room: Int) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var limit: Int { pieces.isEmpty ? first : room }
    for word in words {
      var word = word
      let blank = piece.isEmpty ? 0 : 1
      if piece.columns + blank + word.columns <= limit {
        piece += (piece.isEmpty ? "" : " ") + word
        continue
      }
      // A first word that the lead leaves no room for goes below it.
      if !piece.isEmpty || (pieces.isEmpty && word.columns <= room) { pieces.append(piece) }
      while word.columns > limit {
        let head = word.prefix(columns: limit)
        pieces.append(head)
        word.removeFirst(head.count)
      }
      piece = word
    }
    if !piece.isEmpty || pieces.isEmpty { pieces.append(piece) }
    return pieces
  }
}

extension String {
  /// As many leading characters as fit in this many columns, at least one.
  func prefix(columns limit: Int) -> String {
    var used = 0
    var head = ""
    for character in self {
      used += character.columns
      if used > limit && !head.isEmpty { break }
      head.append(character)
    }
    return head
  }
}
