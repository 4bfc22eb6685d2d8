// Where a server is reached: a unix socket of our own, or a URL the user gave.
// Addresses carry secrets, so their description never prints a password.

/// Where a Redis server listens.
public struct RedisAddress: Sendable, Hashable {
  /// The transport: a unix socket's path, or a host and a TCP port.
  public enum Endpoint: Sendable, Hashable {
    case unix(path: String)
    case tcp(host: String, port: UInt16)
  }

  public var endpoint: Endpoint
  public var user: String?
  public var password: String?
  public var database: Int

  public init(
    _ endpoint: Endpoint, user: String? = nil, password: String? = nil, database: Int = 0
  ) {
    self.endpoint = endpoint
    self.user = user
    self.password = password
    self.database = database
  }
}

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

// MARK: What may be printed

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address as a URL, the password as `***`.
  public var description: String {
    let login = printableLogin(user, password)
    return switch endpoint {
    case .unix(let path): "unix://\(login)\(path)" + (database == 0 ? "" : "?db=\(database)")
    case .tcp(let host, let port):
      "redis://\(login)\(printableHost(host)):\(port)" + (database == 0 ? "" : "/\(database)")
    }
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PostgresAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// The address as a URL, the password as `***`; of further keywords only the names.
  public var description: String {
    let keywords = options.keys.sorted().map { "\($0)=…" }.joined(separator: "&")
    return "postgresql://\(printableLogin(user.isEmpty ? nil : user, password))"
      + "\(printableHost(host)):\(port)/\(database)" + (keywords.isEmpty ? "" : "?\(keywords)")
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

private func printableLogin(_ user: String?, _ password: String?) -> String {
  switch (user, password) {
  case (nil, nil): ""
  case (let user?, nil): "\(user)@"
  case (let user, .some): "\(user ?? ""):***@"
  }
}

private func printableHost(_ host: String) -> String {
  host.contains(":") ? "[\(host)]" : host
}
