// Where a report will be read: how wide, with or without colour, with Unicode or ASCII alone.
// The caller knows its terminal; a pipe has no width.

import History

/// How a report is laid out. Two reports of the same facts in the same style are the same text.
public struct Style: Sendable, Hashable {
  /// Columns of the terminal; at least `narrowest`.
  public var width: Int
  /// Whether colours (SGR escape sequences, ECMA-48 §8.3.117) may be used; without, no control
  /// character but the newline appears.
  public var color: Bool
  /// Whether characters beyond ASCII may be used; without, each has a stand-in of equal width.
  public var unicode: Bool
  /// Lines that can be seen at once; nil where nothing scrolls away, as in a pipe or a file.
  public var height: Int?

  /// Fewer columns than this hold no word: a narrower terminal gets lines of this width.
  public static let narrowest = 20

  public init(
    width: Int = 80, color: Bool = false, unicode: Bool = true, height: Int? = nil
  ) {
    self.width = max(width, Self.narrowest)
    self.color = color
    self.unicode = unicode
    self.height = height
  }
}

extension Style {
  /// Text laid out elsewhere, in the characters that may be used.
  public func legible(_ text: String) -> String {
    unicode ? text : text.map(\.inASCII).joined()
  }

  /// A report as the last place before the screen lets it pass: lines, and the sequences that `TextStyle`
  /// makes; any other character that disturbs is escaped. Foreign text can't bring its own: a `Span`
  /// has escaped it.
  public func screened(_ report: String) -> String {
    guard color else { return Printable.lines(report) }
    return report.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated()
      .reduce(into: "") { text, part in
        let (place, piece) = part
        if place > 0 {
          text +=
            TextStyle.sequences.contains { piece.hasPrefix($0) }
            ? "\u{1B}" : Printable.escape("\u{1B}")
        }
        text += Printable.lines(piece)
      }
  }
}

/// What a piece of text means, which decides its colour.
package enum TextStyle: Sendable, Hashable, CaseIterable {
  case plain
  case strong
  case faint
  case good
  case bad
  case doubtful
  case fault

  /// Parameters of the SGR sequence; nil for plain text.
  package var parameters: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .good: "32"
    case .bad: "1;31"
    case .doubtful: "33"
    case .fault: "35"
    }
  }

  /// What follows ESC in the sequences of all inks, and in the one that ends them.
  package static let sequences = (allCases.compactMap(\.parameters) + ["0"]).map { "[\($0)m" }
}
