// A line of a report before it is text: spans, each with a meaning. Width counts what is
// seen; colour and the ASCII form are applied last and change no layout.

/// A piece of a line in one ink. Whatever text it is given, it holds none that disturbs a screen.
package struct Span: Sendable, Hashable {
  package let text: String
  package var ink: TextStyle

  package init(_ text: String, _ ink: TextStyle = .plain) {
    self.text = text.printable
    self.ink = ink
  }
}

/// One line of a report, without its newline.
package struct Line: Sendable, Hashable {
  package var spans: [Span]
  /// Commands and paths that a reader copies are never broken or cut, so may pass the width.
  package var mayExceedWidth = false

  package init(_ spans: [Span] = []) {
    self.spans = spans
  }

  package init(_ text: String, _ ink: TextStyle = .plain) {
    self.spans = [Span(text, ink)]
  }

  package static let empty = Line()

  package var columns: Int { spans.reduce(0) { $0 + $1.text.columns } }

  package mutating func append(_ text: String, _ ink: TextStyle = .plain) {
    spans.append(Span(text, ink))
  }

  /// The line cut to the style's width, as terminal text.
  package func text(_ style: Style) -> String {
    var text = ""
    var left = style.width
    for span in spans {
      let seen = mayExceedWidth ? span.text : span.text.fitted(to: left)
      left -= seen.columns
      let shown = style.legible(seen)
      if style.color, let parameters = span.ink.parameters, !shown.isEmpty {
        text += "\u{1B}[\(parameters)m\(shown)\u{1B}[0m"
      } else {
        text += shown
      }
      if left <= 0 && !mayExceedWidth { break }
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension [Line] {
  /// All lines as text, each ended by a newline.
  package func text(_ style: Style) -> String {
    reduce(into: "") { $0 += $1.text(style) + "\n" }
  }
}
