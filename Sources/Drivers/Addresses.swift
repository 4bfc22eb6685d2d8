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
  /// How it is reached by TLS; nil: in plain.
  public var tls: TLSSettings?

  public init(
    _ endpoint: Endpoint, user: String? = nil, password: String? = nil, database: Int = 0,
    tls: TLSSettings? = nil
  ) {
    self.endpoint = endpoint
    self.user = user
    self.password = password
    self.database = database
    self.tls = tls
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

/// Where a MySQL or MariaDB server listens.
public struct MySQLAddress: Sendable, Hashable {
  /// A host name or an address; of no matter where there is a socket.
  public var host: String
  public var port: UInt16
  /// The path of its unix socket; nil: TCP.
  public var socket: String?
  public var user: String
  public var password: String?
  /// The database that sessions begin in; nil: none.
  public var database: String?
  /// The database of the run: what `soldout.` stands for in statements, and where its sessions begin.
  /// An SQL name that needs no quotes; nil: sessions of no run.
  public var schema: String?

  public init(
    host: String, port: UInt16, socket: String? = nil, user: String, password: String? = nil,
    database: String? = nil
  ) {
    self.host = host
    self.port = port
    self.socket = socket
    self.user = user
    self.password = password
    self.database = database
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
      "\(tls == nil ? "redis" : "rediss")://\(login)\(printableHost(host)):\(port)"
        + (database == 0 ? "" : "/\(database)") + (tls?.query ?? "")
    }
  }

  /// A server's own words without the password: one that doesn't know AUTH, or has it under another
  /// name, answers with what it was sent.
  func withoutPassword(_ text: String) -> String {
    guard let password, !password.isEmpty else { return text }
    // Redis shows only so much of what it doesn't know, so of a long password just a part.
    var rest = text[..<(text.firstRange(of: "with args beginning")?.lowerBound ?? text.endIndex)]
    var clean = ""
    while !rest.isEmpty {
      if rest.hasPrefix(password) {
        clean += "***"
        rest = rest.dropFirst(password.count)
      } else {
        clean.append(rest.removeFirst())
      }
    }
    return clean
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PostgresAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  /// The address as a URL, every password as `***`.
  public var description: String {
    let keywords = options.sorted { $0.key < $1.key }.map { keyword, value in
      "\(keyword)=" + (Self.secrets.contains(keyword) ? "***" : percentEncoded(value))
    }.joined(separator: "&")
    return "postgresql://\(printableLogin(user.isEmpty ? nil : user, password))"
      + "\(printableHost(host)):\(port)/\(database)" + (keywords.isEmpty ? "" : "?\(keywords)")
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension MySQLAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address as a URL, the password as `***`.
  public var description: String {
    "mysql://\(printableLogin(user.isEmpty ? nil : user, password))"
      + "\(printableHost(host)):\(port)/\(database ?? "")"
      + (socket.map { "?socket=\(percentEncoded($0))" } ?? "")
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension TLSSettings {
  /// As the end of a URL.
  fileprivate var query: String {
    let pairs = [("cacert", authorities), ("cert", certificate), ("key", key)]
      .compactMap { keyword, value in value.map { "\(keyword)=\(percentEncoded($0))" } }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }
}

private func printableLogin(_ user: String?, _ password: String?) -> String {
  switch (user, password) {
  case (nil, nil): ""
  case (let user?, nil): "\(user)@"
  case (let user, .some): "\(user ?? ""):***@"
  }
}

/// What may stand in a query as it is (RFC 3986 §2.3, and the slash of paths).
private func percentEncoded(_ value: String) -> String {
  value.utf8.map { byte in
    let scalar = Unicode.Scalar(byte)
    let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(byte))
    if isPlain || "-._~/".unicodeScalars.contains(scalar) { return String(scalar) }
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.count == 1 ? "0" : "") + digits
  }.joined()
}

private func printableHost(_ host: String) -> String {
  host.contains(":") ? "[\(host)]" : host
}
