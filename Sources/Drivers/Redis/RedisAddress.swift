// Where a Redis is reached: a unix socket of our own, or a URL the user gave. An address carries a secret, so
// its description never prints the password.

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

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address as a URL, the password as `***`.
  public var description: String {
    let login = PrintableURL.login(user, password)
    return switch endpoint {
    case .unix(let path): "unix://\(login)\(path)" + (database == 0 ? "" : "?db=\(database)")
    case .tcp(let host, let port):
      "\(tls == nil ? "redis" : "rediss")://\(login)\(PrintableURL.host(host)):\(port)"
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
