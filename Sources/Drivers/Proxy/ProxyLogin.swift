// Logs clients in to a private server, whatever they say: so a program with no password, an
// empty one or a wrong one works as on a server without any.

/// What a proxy tells the server in its clients' place.
public struct ProxyLogin: Sendable, Hashable {
  /// nil: Redis' default user; on PostgreSQL the one that the client names.
  public var user: String?
  /// Redis' password. A private PostgreSQL asks for none on its socket.
  public var password: String?
  /// PostgreSQL's database; nil: the one that the client names.
  public var database: String?

  public init(user: String? = nil, password: String? = nil, database: String? = nil) {
    self.user = user
    self.password = password
    self.database = database
  }
}

extension ProxyLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Without the password.
  public var description: String { "\(user ?? "default")@\(database ?? "")" }
  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProxyLogin {
  /// AUTH, as one command.
  var auth: [UInt8] { Self.command(["AUTH"] + (user.map { [$0] } ?? []) + [password ?? ""]) }

  /// A HELLO with this login in the place of the client's own, if it has one.
  func hello(_ words: [String]) -> [UInt8] {
    var words = words
    var place = 2
    while place < words.count {
      let isAuth = words[place].uppercased() == "AUTH"
      if isAuth, place + 2 < words.count {
        words[place + 1] = user ?? "default"
        words[place + 2] = password ?? ""
      }
      // AUTH has two words after it, SETNAME one.
      place += isAuth ? 3 : 2
    }
    return Self.command(words)
  }

  private static func command(_ words: [String]) -> [UInt8] {
    Array("*\(words.count)\r\n".utf8)
      + words.flatMap { Array("$\($0.utf8.count)\r\n\($0)\r\n".utf8) }
  }

  /// A session's start with this user and database in the place of the client's own. `body` is the
  /// message without its length.
  func startup(_ body: [UInt8]) -> [UInt8] {
    var texts = body.dropFirst(4).split(separator: 0, omittingEmptySubsequences: false)
      .map { Array($0) }
    // Two empty ones at the end: the list's end, and what follows the last zero.
    while texts.last?.isEmpty == true { texts.removeLast() }
    if texts.count % 2 == 1 { texts.append([]) }
    func set(_ name: String, _ value: String?) {
      guard let value else { return }
      let names = stride(from: 0, to: texts.count, by: 2)
      if let place = names.first(where: { texts[$0] == Array(name.utf8) }) {
        texts[place + 1] = Array(value.utf8)
      } else {
        texts += [Array(name.utf8), Array(value.utf8)]
      }
    }
    set("user", user)
    set("database", database)
    let content = body.prefix(4) + texts.flatMap { $0 + [0] } + [0]
    let length = content.count + 4
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + content
  }
}
