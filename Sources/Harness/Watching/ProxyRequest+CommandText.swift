// A command of the user's code as a lane shows it: short, on one line, with the values that it was given;
// and whether it is a call's doing at all, or a client library's keeping of its connections.

import Drivers

extension ProxyRequest {
  /// Commands by which client libraries greet, log in and check that the server is there.
  private static let redisUpkeep: Set<String> = [
    "AUTH", "CLIENT", "COMMAND", "CONFIG", "ECHO", "HELLO", "INFO", "PING", "QUIT", "READONLY",
    "RESET", "ROLE", "SCRIPT", "SELECT",
  ]

  /// What such commands in SQL begin with, in lower case.
  private static let sqlUpkeep = [
    "set ", "show ", "deallocate", "discard", "reset ", "use ", "select 1", "select version()",
    "select pg_catalog.version()", "select current_schema()", "select @@",
  ]

  /// What makes a transaction what it is, though it begins like upkeep.
  private static let settings = [
    "set transaction", "set session characteristics", "set autocommit",
  ]

  /// Whether it belongs to no call: a session's start, a check that the server is there.
  func isUpkeep(on wire: Proxy.Wire) -> Bool {
    if verb.isEmpty { return true }
    guard wire != .redis else { return Self.redisUpkeep.contains(verb) }
    let text = line.lowercased()
    if Self.settings.contains(where: text.hasPrefix) { return false }
    return Self.sqlUpkeep.contains { upkeep in
      upkeep.hasSuffix(" ") || upkeep.hasSuffix("@") ? text.hasPrefix(upkeep) : text == upkeep
    } || ["pg_type", "pg_catalog.", "information_schema."].contains(where: text.contains)
  }

  /// The command with its values.
  func shown(on wire: Proxy.Wire) -> String {
    let text = wire == .redis ? redisCommand : statement
    return text.count > Self.longest ? text.prefix(Self.longest - 1) + "…" : text
  }

  /// Characters of a command.
  private static let longest = 120

  /// Characters of one of its words.
  private static let longestWord = 32

  private var redisCommand: String {
    var words = words.isEmpty ? [verb] : words
    words[0] = verb
    // Of a script the beginning of its digest, and what it was given.
    if ["EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO"].contains(verb), words.count > 2 {
      words[1] = verb.hasPrefix("EVALSHA") ? words[1].prefix(6) + "…" : "…"
      words.remove(at: 2)
    }
    return words.map(Self.word).joined(separator: " ")
  }

  private static func word(_ word: String) -> String {
    let line = word.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > longestWord ? line.prefix(longestWord - 1) + "…" : line
  }

  /// The statements on one line, cut off where nobody reads on.
  private var line: String {
    text.prefix(2000).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A statement with its parameters in their places.
  private var statement: String {
    let parameters = words.dropFirst().map(Self.parameter)
    guard !parameters.isEmpty else { return line }
    if line.contains("$1") {
      // From the last, since `$1` begins `$10`.
      return parameters.indices.reversed().reduce(line) { text, place in
        text.replacing("$\(place + 1)", with: parameters[place])
      }
    }
    return line
  }

  private static func parameter(_ text: String) -> String {
    if text == "NULL" || Double(text) != nil { return text }
    if let printed = printed(text) { return "'\(word(printed))'" }
    if text.hasPrefix("\\x"), text.count <= 18, let bits = UInt64(text.dropFirst(2), radix: 16) {
      let width = 4 * (text.count - 2)
      return "\(Int64(bitPattern: bits << (64 - width)) >> (64 - width))"
    }
    return "'\(word(text))'"
  }

  /// The text that a parameter in binary form is, if all its bytes are printable; of two bytes, which are as
  /// well a small number, nil. Numbers of four or more that look like this are above 500 million.
  private static func printed(_ text: String) -> String? {
    guard text.hasPrefix("\\x"), text.count > 6, text.count % 2 == 0 else { return nil }
    let digits = Array(text.utf8.dropFirst(2))
    let bytes = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
    }
    guard bytes.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether what follows on its connection may belong to the same call alone.
  var opensTransaction: Bool {
    inTransaction || ["BEGIN", "START", "MULTI", "WATCH", "SET"].contains(verb)
  }

  /// Whether nothing that follows on its connection needs to be the same call's.
  var endsTransaction: Bool { ["COMMIT", "ROLLBACK", "ABORT", "EXEC", "DISCARD"].contains(verb) }

  /// Whether one of its words is, or has in it as a word, a name such as `item-3`.
  func mentions(_ name: String) -> Bool {
    func isInside(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } ?? false
    }
    return (words + [text]).contains { word in
      var rest = word[...]
      while let range = rest.firstRange(of: name) {
        let before =
          range.lowerBound > word.startIndex ? word[word.index(before: range.lowerBound)] : nil
        let after = range.upperBound < word.endIndex ? word[range.upperBound] : nil
        if !isInside(before), !isInside(after) { return true }
        rest = rest[range.upperBound...]
      }
      return false
    }
  }
}
