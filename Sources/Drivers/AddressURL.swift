// URLs of servers to addresses. A URL that is not understood is refused with the column of what is
// wrong, never with the URL itself: it may hold a password. Nothing is guessed.

internal import CLibPQ

/// What is wrong with a URL, and where.
public struct AddressError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Of the first character that is wrong, counted from 1.
  public var column: Int
  /// One sentence that names no secret.
  public var reason: String

  public var description: String { "column \(column) of the URL: \(reason)" }
}

extension RedisAddress {
  /// Understands `redis://[user:password@]host[:port][/database]`, the same with `rediss` for TLS (with
  /// `?cacert=`, `cert=` and `key=`, files in PEM as redis-cli takes them), and
  /// `unix://[user:password@]/path/of.sock[?db=database]` (also `redis+unix://`); port 6379 and
  /// database 0 where they are left out. Everything may be percent-encoded.
  public init(url: String) throws(AddressError) {
    var text = URLText(url)
    let scheme = try text.scheme()
    switch scheme {
    case "redis", "rediss":
      let (user, password) = try text.credentials()
      try Self.check(user, password, at: text.column)
      let (host, port) = try text.hostAndPort(default: 6379)
      guard !host.isEmpty else {
        throw text.failure("a host is missing; write \(scheme)://host:port")
      }
      var database = 0
      if text.skip("/"), !text.atEnd, text.next != "?" {
        database = try text.number(upTo: Int(Int32.max), "a database number")
      }
      self.init(
        .tcp(host: host, port: port), user: user, password: password, database: database,
        tls: scheme == "rediss" ? TLSSettings() : nil)
      try take(try text.parameters())
    case "unix", "redis+unix":
      let (user, password) = try text.credentials()
      try Self.check(user, password, at: text.column)
      let start = text.column
      let path = try text.decoded(until: ["?"])
      guard path.hasPrefix("/") else {
        throw AddressError(column: start, reason: "a socket's path begins with /")
      }
      // unix(7): sun_path is 108 bytes, the last one zero.
      guard path.utf8.count <= 107 else {
        throw AddressError(
          column: start, reason: "a socket's path has at most 107 bytes; use a shorter one")
      }
      self.init(.unix(path: path), user: user, password: password)
      try take(try text.parameters())
    default:
      throw AddressError(
        column: 1, reason: "a Redis URL begins with redis://, rediss:// or unix://")
    }
  }

  private mutating func take(_ parameters: [(Int, String, String)]) throws(AddressError) {
    for (column, keyword, value) in parameters {
      switch keyword {
      case "db":
        guard let number = Int(value), number >= 0 else {
          throw AddressError(column: column, reason: "db is a number from 0 up")
        }
        database = number
      case "cacert" where tls != nil: tls?.authorities = value
      case "cert" where tls != nil: tls?.certificate = value
      case "key" where tls != nil: tls?.key = value
      case "cacert", "cert", "key":
        throw AddressError(column: column, reason: "\(keyword) is for TLS; write rediss://")
      default:
        throw AddressError(
          column: column,
          reason: tls == nil
            ? "the only parameter of a Redis URL is db"
            : "the parameters of a rediss:// URL are db, cacert, cert and key")
      }
    }
    if let column = parameters.first(where: { $0.1 == "key" })?.0, tls?.certificate == nil {
      throw AddressError(column: column, reason: "a key goes with a certificate; add cert=FILE")
    }
  }

  /// Some clients take `redis://word@` as a user, some as a password.
  private static func check(
    _ user: String?, _ password: String?, at column: Int
  ) throws(AddressError) {
    guard user == nil || password != nil else {
      throw AddressError(
        column: column, reason: "one word stands before @; write user:password@ or :password@")
    }
  }
}

extension PostgresAddress {
  /// Understands `postgresql://[user[:password]@][host][:port][/database][?keyword=value&…]` (also
  /// `postgres://`; libpq manual §34.1.1.2) with one host. What is left out is libpq's default: an
  /// empty host, user or database stands for it. A host may be a socket's folder, percent-encoded.
  public init(url: String) throws(AddressError) {
    var text = URLText(url)
    guard ["postgres", "postgresql"].contains(try text.scheme()) else {
      throw AddressError(
        column: 1, reason: "a PostgreSQL URL begins with postgresql:// or postgres://")
    }
    let (user, password) = try text.credentials()
    let (host, port) = try text.hostAndPort(default: 5432)
    let database = text.skip("/") ? try text.decoded(until: ["?"]) : ""
    self.init(
      host: host, port: port, user: user ?? "", password: password, database: database)
    for (column, keyword, value) in try text.parameters() {
      try set(keyword, to: value, column: column)
    }
  }

  private mutating func set(
    _ keyword: String, to value: String, column: Int
  ) throws(AddressError) {
    switch keyword {
    case "host": host = value
    case "user": user = value
    case "password": password = value
    case "dbname": database = value
    case "port":
      guard let number = UInt16(value), number > 0 else {
        throw AddressError(column: column, reason: "a port is a number from 1 to 65535")
      }
      port = number
    case let keyword where Self.keywords.contains(keyword): options[keyword] = value
    default:
      throw AddressError(
        column: column, reason: "'\(keyword)' is not a connection keyword of libpq")
    }
  }

  /// All that this libpq knows.
  private static let keywords = keywords { _ in true }

  /// Those whose values nobody may see (libpq manual, PQconndefaults: dispchar `*`).
  static let secrets = keywords { $0.pointee.dispchar.pointee == 42 }

  private static func keywords(
    where isWanted: (UnsafeMutablePointer<PQconninfoOption>) -> Bool
  ) -> Set<String> {
    PostgresEnvironment.forget()
    var keywords: Set<String> = []
    guard let defaults = PQconndefaults() else { return keywords }
    defer { PQconninfoFree(defaults) }
    var entry = defaults
    while let keyword = entry.pointee.keyword {
      if isWanted(entry) { keywords.insert(String(cString: keyword)) }
      entry += 1
    }
    return keywords
  }
}

/// A URL read from left to right.
struct URLText {
  private let characters: [Character]
  private var index = 0

  init(_ url: String) { characters = Array(url) }

  var atEnd: Bool { index == characters.count }
  var next: Character? { atEnd ? nil : characters[index] }
  /// Of the next character, counted from 1.
  var column: Int { index + 1 }

  func failure(_ reason: String) -> AddressError {
    AddressError(column: column, reason: reason)
  }

  mutating func skip(_ character: Character) -> Bool {
    guard next == character else { return false }
    index += 1
    return true
  }

  /// Everything before `://`.
  mutating func scheme() throws(AddressError) -> String {
    guard let colon = characters.firstIndex(of: ":"),
      characters[colon...].starts(with: "://")
    else { throw failure("a URL begins with a scheme and ://") }
    defer { index = colon + 3 }
    return String(characters[..<colon]).lowercased()
  }

  /// `user:password@`, nil for what is not there; an empty user is no user.
  mutating func credentials() throws(AddressError) -> (user: String?, password: String?) {
    let authority = characters[index...].prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return (nil, nil) }
    let user = try decoded(until: [":", "@"])
    let password = skip(":") ? try decoded(upTo: at) : nil
    guard index == at else { throw failure("'@' in a user is written %40") }
    index = at + 1
    return (user.isEmpty ? nil : user, password)
  }

  /// `host:port`; an IPv6 host stands in brackets.
  mutating func hostAndPort(default port: UInt16) throws(AddressError) -> (String, UInt16) {
    let host: String
    if skip("[") {
      host = try decoded(until: ["]", "/", "?"])
      guard skip("]") else { throw failure("']' after an IPv6 address is missing") }
    } else {
      host = try decoded(until: [":", "/", "?", ","])
    }
    if next == "," { throw failure("one host only: an experiment has one server here") }
    guard skip(":") else {
      guard atEnd || next == "/" || next == "?" else {
        throw failure("a host is followed by :port, /database or ?keyword=value")
      }
      return (host, port)
    }
    return (host, UInt16(try number(from: 1, upTo: 65_535, "a port")))
  }

  /// A whole number that ends where a part of a URL may end.
  mutating func number(
    from least: Int = 0, upTo most: Int, _ what: String
  ) throws(AddressError) -> Int {
    let start = index
    while let digit = next, digit.isASCII, digit.isNumber { index += 1 }
    guard atEnd || next == "/" || next == "?", let number = Int(String(characters[start..<index])),
      (least...most).contains(number)
    else {
      throw AddressError(
        column: start + 1, reason: "\(what) is a number from \(least) to \(most)")
    }
    return number
  }

  /// `?keyword=value&keyword=value` to the end of the text.
  mutating func parameters() throws(AddressError) -> [(Int, String, String)] {
    var parameters: [(Int, String, String)] = []
    guard !atEnd else { return [] }
    guard skip("?") else { throw failure("nothing but ?keyword=value may follow here") }
    while !atEnd {
      let start = column
      let keyword = try decoded(until: ["=", "&"])
      guard skip("=") else { throw failure("'=' after a keyword is missing") }
      parameters.append((start, keyword, try decoded(until: ["&"])))
      _ = skip("&")
    }
    return parameters
  }

  /// Percent-decodes up to the first of `ends` or the end of the text.
  mutating func decoded(until ends: Set<Character>) throws(AddressError) -> String {
    try decoded(upTo: characters[index...].firstIndex { ends.contains($0) } ?? characters.count)
  }

  /// Percent-decodes up to a place (RFC 3986 §2.1).
  private mutating func decoded(upTo end: Int) throws(AddressError) -> String {
    var bytes: [UInt8] = []
    let start = column
    while index < end {
      guard characters[index] == "%" else {
        bytes += Array(String(characters[index]).utf8)
        index += 1
        continue
      }
      guard index + 2 < end, let byte = UInt8(String(characters[index + 1...index + 2]), radix: 16),
        byte != 0, characters[index + 1] != "+"
      else { throw failure("'%' is followed by two hexadecimal digits, not both 0") }
      bytes.append(byte)
      index += 3
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AddressError(column: start, reason: "what is percent-encoded here is not UTF-8")
    }
    return text
  }
}
