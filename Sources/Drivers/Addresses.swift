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
