// How many columns a text takes on a terminal, and how it is cut to fit. Nothing from a history
// reaches a terminal without `printable`: a `Span` sees to it, and `Style.screened` once more.

import History

extension Character {
  /// Columns this character takes: 0, 1 or 2 (East Asian wide and emoji, Unicode TR 11).
  var columns: Int {
    // A grapheme is as wide as its widest scalar; U+FE0F asks for the emoji form, which is wide.
    unicodeScalars.reduce(0) { max($0, $1.value == 0xFE0F ? 2 : $1.columns) }
  }
}

extension Unicode.Scalar {
  var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide || properties.isEmojiPresentation ? 2 : 1
    }
  }

  private var isWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

extension StringProtocol {
  /// Columns of this text.
  package var columns: Int { isASCII ? utf8.count : reduce(0) { $0 + $1.columns } }

  private var isASCII: Bool { !utf8.contains { $0 >= 0x80 } }

  /// The text with characters that disturb a screen written as escapes: `\n`, `\u{1B}`.
  var printable: String { Printable.text(self) }

  /// The text cut to at most this many columns, its last one then `…`.
  func fitted(to limit: Int) -> String {
    guard limit > 0 else { return "" }
    if utf8.count <= limit { return String(self) }
    var used = 0
    var cut = startIndex
    for place in indices {
      if used < limit { cut = place }
      used += self[place].columns
      if used > limit { return self[..<cut] + "…" }
    }
    return String(self)
  }

  /// The text padded on the right to this many columns; longer text stays as it is.
  package func padded(to width: Int) -> String {
    String(self) + String(repeating: " ", count: Swift.max(0, width - columns))
  }

  /// The text padded on the left to this many columns; longer text stays as it is.
  func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - columns)) + String(self)
  }
}

extension Character {
  /// An ASCII text of the same number of columns, so that a layout holds in both forms.
  var inASCII: String {
    if isASCII { return String(self) }
    if let standIn = Self.standIns[self] { return String(standIn) }
    return String(repeating: "?", count: columns)
  }

  private static let standIns: [Character: Character] = [
    "…": "~", "·": "-", "∙": ".", "×": "x", "µ": "u", "→": ">", "–": "-", "“": "\"", "”": "\"",
    "’": "'",
    "─": "-", "╌": ".", "├": "|", "┤": "|", "▷": ">", "▲": "^", "│": "|", "└": "|", "┬": "+",
    "▕": "|", "▏": "|", "█": "#", "▇": "#", "▆": "#", "▅": "#", "▄": "=", "▃": "=", "▂": "_",
    "▁": "_", "░": ":", "▒": "%", "━": "=", "•": "o", "▴": "^", "±": "+", "≥": ">", "≤": "<",
    "−": "-", "÷": "/",
  ]
}
