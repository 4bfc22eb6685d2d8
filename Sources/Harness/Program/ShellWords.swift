// A command line taken apart as a shell does it, and nothing more: quotes and backslashes count, but no
// variable, no pattern, no pipe. What looks like one of these is refused, lest it be taken for itself.

enum ShellWords {
  /// Why a text is no command line: a clause.
  struct Refusal: Error, Hashable {
    var reason: String
  }

  /// Splits a command line into words (POSIX.1-2017, Shell Command Language §2.2 and §2.3).
  ///
  ///     try ShellWords.split("python3 'my shop.py' --fast")  // ["python3", "my shop.py", "--fast"]
  static func split(_ text: String) throws(Refusal) -> [String] {
    var (words, word): ([String], String?) = ([], nil)
    var rest = text[...]
    while let letter = rest.popFirst() {
      switch letter {
      case " ", "\t", "\n":
        if let done = word { words.append(done) }
        word = nil
      case "'":
        guard let end = rest.firstIndex(of: "'") else {
          throw Refusal(reason: "a ' is never closed")
        }
        word = (word ?? "") + rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"": word = (word ?? "") + (try quoted(&rest))
      case "\\":
        guard let next = rest.popFirst() else { throw Refusal(reason: "it ends with a \\") }
        word = (word ?? "") + String(next)
      case "$", "`", "|", "&", ";", "<", ">", "(", ")", "*", "?":
        throw Refusal(
          reason: "it runs without a shell, so \(letter) has no effect; put it in quotes, or give "
            + "[sh, -c, \"…\"]")
      default: word = (word ?? "") + String(letter)
      }
    }
    if let done = word { words.append(done) }
    return words
  }

  /// What stands up to the closing double quote.
  private static func quoted(_ rest: inout Substring) throws(Refusal) -> String {
    var text = ""
    while let letter = rest.popFirst() {
      switch letter {
      case "\"": return text
      case "\\" where rest.first == "\"" || rest.first == "\\": text.append(rest.removeFirst())
      case "$", "`":
        throw Refusal(
          reason: "it runs without a shell, so \(letter) has no effect; put it in single quotes")
      default: text.append(letter)
      }
    }
    throw Refusal(reason: "a \" is never closed")
  }
}
