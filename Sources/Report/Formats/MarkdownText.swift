// Text that Markdown must not read as markup.

enum MarkdownText {
  /// Plain text as Markdown shows it literally, in a paragraph or a table's cell.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.printable {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "@":
        // An entity for @: a backslash does not keep GitHub from notifying a user of that name.
        escaped += character == "@" ? "&#64;" : "\\" + String(character)
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A block shown as it is; its fence is longer than any run of backticks inside.
  static func fenced(_ text: String, language: String = "text") -> String {
    var longest = 0
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
  }
}
