// URLs of Redis servers to addresses.

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
