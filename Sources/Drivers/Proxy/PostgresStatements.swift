// What a PostgreSQL client's messages execute: statements prepared by name, bound to parameters in
// portals, executed one or more before a Sync (PostgreSQL manual §55.2.3).

/// The prepared statements and portals of one session, and what is executed up to the next Sync.
struct PostgresStatements: Sendable {
  private struct Portal: Sendable {
    var text: String
    var parameters: [String]
    var cut: Int
  }

  private var texts: [String: (text: String, cut: Int)] = [:]
  private var portals: [String: Portal] = [:]
  private var executed: [Portal] = []

  /// Parse: the statement's name, its text.
  mutating func parse(_ message: PostgresScanner.Message) {
    let texts = message.texts
    if texts.count > 1 { self.texts[texts[0]] = (texts[1], message.cut) }
  }

  /// Bind: the portal's name, the statement's, formats, parameters.
  mutating func bind(_ message: PostgresScanner.Message) {
    let names = message.texts
    guard names.count > 1, let statement = texts[names[1]] else { return }
    let rest = message.body.dropFirst(names[0].utf8.count + names[1].utf8.count + 2)
    let parameters = Self.parameters(rest)
    portals[names[0]] = Portal(
      text: statement.text, parameters: parameters.words,
      cut: statement.cut + message.cut + parameters.cut)
  }

  /// Execute: the portal's name.
  mutating func execute(_ message: PostgresScanner.Message) {
    guard let portal = message.texts.first.flatMap({ portals[$0] }) else { return }
    executed.append(portal)
  }

  /// Close: a statement or a portal, by name.
  mutating func close(_ message: PostgresScanner.Message) {
    let name = String(decoding: message.body.dropFirst().prefix { $0 != 0 }, as: UTF8.self)
    if message.body.first == UInt8(ascii: "S") { texts[name] = nil } else { portals[name] = nil }
  }

  /// What was executed since the last Sync, as one request.
  mutating func sync(client: String?, inTransaction: Bool) -> ProxyRequest {
    defer { executed.removeAll(keepingCapacity: true) }
    let begins = executed.dropLast().contains { SQLVerb.of($0.text) == "BEGIN" }
    var request = ProxyRequest(
      client: client, verb: SQLVerb.of(executed.last?.text ?? ""),
      text: executed.map(\.text).joined(separator: "; "), inTransaction: inTransaction || begins)
    for word in executed.flatMap({ [$0.text] + $0.parameters }) { request.add(word) }
    request.cut += executed.reduce(0) { $0 + $1.cut }
    return request
  }

  /// A statement without parameters, as one request.
  static func query(
    _ message: PostgresScanner.Message, client: String?, inTransaction: Bool
  ) -> ProxyRequest {
    let text = message.texts.first ?? ""
    var request = ProxyRequest(
      client: client, verb: SQLVerb.of(text), text: text, inTransaction: inTransaction)
    request.add(text)
    request.cut += message.cut
    return request
  }

  /// The parameters of a Bind after its names, as words.
  private static func parameters(_ bytes: ArraySlice<UInt8>) -> (words: [String], cut: Int) {
    var rest = bytes
    func number(_ count: Int) -> Int? {
      guard rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
    let formats = (0..<(number(2) ?? 0)).map { _ in number(2) ?? 0 }
    let count = number(2) ?? 0
    var words: [String] = []
    var cut = 0
    for index in 0..<min(count, RESPCommandScanner.mostWords) {
      guard let length = number(4) else { break }
      // −1 is NULL.
      guard length < 1 << 31 else {
        words.append("NULL")
        continue
      }
      let value = rest.prefix(min(length, RESPCommandScanner.mostOfWord))
      rest = rest.dropFirst(length)
      cut += length - value.count
      let format = formats.count == 1 ? formats[0] : index < formats.count ? formats[index] : 0
      words.append(
        format == 0
          ? String(decoding: value, as: UTF8.self) : "\\x" + value.map(hexadecimal).joined())
    }
    return (words, cut)
  }
}

extension ProxyRequest {
  /// One word more, as far as there is room. Only of words is it counted what is cut here: all of a
  /// statement is in `text`.
  fileprivate mutating func add(_ word: String) {
    guard words.count < RESPCommandScanner.mostWords else { return }
    words.append(
      String(decoding: word.utf8.prefix(RESPCommandScanner.mostOfWord), as: UTF8.self))
  }
}

/// The word of a statement that says what it does.
enum SQLVerb {
  /// In upper case, empty where there is none: `UPDATE`.
  static func of(_ text: String) -> String {
    var rest = withoutComments(text[...])
    // What a WITH query does first is what it is for.
    if word(rest) == "WITH",
      let start = rest.firstRange(of: /(?i)\sas\s*(not\s+)?(materialized\s*)?\(/)
    {
      rest = withoutComments(rest[start.upperBound...])
    }
    return word(rest)
  }

  private static func word(_ text: Substring) -> String {
    text.prefix { $0.isLetter }.uppercased()
  }

  /// A statement without the spaces and comments before it, such as those that tracing adds.
  private static func withoutComments(_ text: Substring) -> Substring {
    var rest = text.drop(while: \.isWhitespace)
    while true {
      if rest.hasPrefix("--") {
        rest = rest.drop { !$0.isNewline }
      } else if rest.hasPrefix("/*"), let end = rest.firstRange(of: "*/") {
        rest = rest[end.upperBound...]
      } else {
        return rest
      }
      rest = rest.drop(while: \.isWhitespace)
    }
  }
}
