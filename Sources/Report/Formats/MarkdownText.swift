// Text that Markdown must not read as markup.

import History

enum MarkdownText {
  /// Plain text as Markdown shows it literally, in a paragraph or a table's cell.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    // By scalars: a sign with an accent on it is another character, and markup all the same.
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "@":
        // An entity for @: a backslash does not keep GitHub from notifying a user of that name.
        escaped += scalar == "@" ? "&#64;" : "\\" + String(Character(scalar))
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A block shown as it is; its fence is longer than any run of backticks inside.
  static func fenced(_ text: String, language: String = "text") -> String {
    var longest = 0
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    let text = Printable.lines(text)
    return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
  }
}
