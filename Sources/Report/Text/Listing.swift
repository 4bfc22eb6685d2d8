// What `soldout list` prints for one entry: its name, then its paragraphs.

/// An entry of a list.
public struct Listing: Sendable {
  public var heading: String
  /// Each begins on a line of its own.
  public var paragraphs: [String]
  /// Terms with what they mean, after the paragraphs.
  public var terms: [(term: String, meaning: String)]
  /// Columns before the heading.
  public var margin: Int

  public init(
    _ heading: String, _ paragraphs: [String], terms: [(term: String, meaning: String)] = [],
    margin: Int = 0
  ) {
    self.margin = margin
    self.heading = heading
    self.paragraphs = paragraphs
    self.terms = terms
  }

  /// The entry, each line ended by a newline.
  public func text(_ style: Style) -> String {
    let widest = terms.reduce(0) { max($0, $1.term.columns) }
    let lines =
      [Line([Span(String(repeating: " ", count: margin)), Span(heading, .strong)])]
      + paragraphs.flatMap { Paragraph($0, margin: margin + 2).lines(width: style.width) }
      + terms.flatMap { term, meaning in
        Paragraph(
          meaning, lead: Span(term.padded(to: widest) + "  ", .faint), margin: margin + 4
        ).lines(width: style.width)
      }
    return lines.text(style)
  }
}
