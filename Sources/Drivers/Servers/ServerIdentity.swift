// What a server is, as reports name it: a product and its version. Valkey speaks Redis' protocol, and
// MariaDB MySQL's; they are reached like these, but are not called so. Nothing here asks a server; see ExternalProbe and
// Programs.

/// A server's product and version.
public struct ServerIdentity: Sendable, Hashable {
  public enum Product: String, Sendable, Hashable {
    case redis
    case valkey
    case postgres
    case mariadb
    case mysql
  }

  public var product: Product
  public var version: ServerVersion

  public init(_ product: Product, _ version: ServerVersion) {
    self.product = product
    self.version = version
  }

  /// What a server program answers to `--version`, such as `Valkey server v=9.1.2 sha=0`.
  init?(stated text: String) {
    for (words, product) in [
      ("Redis server v=", Product.redis), ("Valkey server v=", .valkey),
      ("postgres (PostgreSQL)", .postgres), ("mariadbd  Ver ", .mariadb),
    ] {
      guard let version = ServerVersion(in: text, after: words) else { continue }
      self.init(product, version)
      return
    }
    return nil
  }

  /// What INFO server answers. Valkey states the Redis that it stands for as well, since its 7.2.4
  /// (valkey.io, INFO: server_name, valkey_version).
  init?(information text: String) {
    if let version = ServerVersion(in: text, after: "valkey_version:") {
      self.init(.valkey, version)
    } else if let version = ServerVersion(in: text, after: "redis_version:") {
      self.init(.redis, version)
    } else {
      return nil
    }
  }

  /// What a MySQL's greeting states, such as `8.0.36` or, of MariaDB, `5.5.5-10.11.19-MariaDB`: the
  /// number in front is for replicas that know no number above 5 (MariaDB, "Server Version").
  init?(greeting text: String) {
    let isMariaDB = text.contains("MariaDB")
    let prefix = isMariaDB && text.hasPrefix("5.5.5-") ? "5.5.5-" : ""
    guard let version = ServerVersion(in: text, after: prefix) else { return nil }
    self.init(isMariaDB ? .mariadb : .mysql, version)
  }

  /// The Redis whose commands it has for certain: Valkey parted from Redis at 7.2.4.
  public var redis: ServerVersion? {
    switch product {
    case .redis: version
    case .valkey: ServerVersion(7, 2, 4)
    case .postgres, .mariadb, .mysql: nil
    }
  }
}

extension ServerIdentity: CustomStringConvertible {
  /// As people call it: `Valkey 9.1.2`.
  public var description: String {
    let name =
      switch product {
      case .redis: "Redis"
      case .valkey: "Valkey"
      case .postgres: "PostgreSQL"
      case .mariadb: "MariaDB"
      case .mysql: "MySQL"
      }
    return "\(name) \(version)"
  }
}
