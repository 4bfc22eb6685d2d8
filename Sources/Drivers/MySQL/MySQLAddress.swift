// Where a MySQL or MariaDB is reached: a unix socket of our own, or a URL the user gave. An address carries a
// secret, so its description never prints the password.

/// Where a MySQL or MariaDB server listens.
public struct MySQLAddress: Sendable, Hashable {
  /// A host name or an address; ignored where there is a socket.
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

extension MySQLAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address as a URL, the password as `***`.
  public var description: String {
    "mysql://\(PrintableURL.login(user.isEmpty ? nil : user, password))"
      + "\(PrintableURL.host(host)):\(port)/\(database ?? "")"
      + (socket.map { "?socket=\(PrintableURL.percentEncoded($0))" } ?? "")
  }

  public var debugDescription: String { description }
  /// Nothing inside: `dump` would print the password.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
