// URLs of PostgreSQL servers to addresses.

internal import CLibPQ

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
