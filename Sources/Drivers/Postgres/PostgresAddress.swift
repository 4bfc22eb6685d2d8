// Where a PostgreSQL is reached: a unix socket of our own, or a URL the user gave. An address carries secrets,
// so its description never prints a password.

/// Where a PostgreSQL server listens: libpq connection keywords (PostgreSQL manual §34.1.2).
public struct PostgresAddress: Sendable, Hashable {
  /// A directory holding the unix socket, or a host name.
  public var host: String
  public var port: UInt16
  public var user: String
  public var password: String?
  public var database: String
  /// Any further libpq keywords, such as `sslmode`.
  public var options: [String: String]
  /// Where a run's tables are: what `soldout.` stands for in statements, and the sessions' search path.
  /// An SQL name that needs no quotes; nil: sessions of no run.
  public var schema: String?

  public init(
    host: String, port: UInt16, user: String, password: String? = nil, database: String,
    options: [String: String] = [:]
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.database = database
    self.options = options
  }
}

extension PostgresAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// The address as a URL, every password as `***`.
  public var description: String {
    let keywords = options.sorted { $0.key < $1.key }.map { keyword, value in
      "\(keyword)=" + (Self.secrets.contains(keyword) ? "***" : PrintableURL.percentEncoded(value))
    }.joined(separator: "&")
    return "postgresql://\(PrintableURL.login(user.isEmpty ? nil : user, password))"
      + "\(PrintableURL.host(host)):\(port)/\(database)" + (keywords.isEmpty ? "" : "?\(keywords)")
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
