// URLs of MySQL and MariaDB servers to addresses.

extension MySQLAddress {
  /// Understands `mysql://[user[:password]@]host[:port][/database][?socket=/path]`, also `mariadb://`;
  /// port 3306 where it is left out. With a socket the host is ignored and may be empty.
  ///
  ///     try MySQLAddress(url: "mysql://shop:secret@127.0.0.1/stock").port  // 3306
  public init(url: String) throws(AddressError) {
    var text = URLText(url)
    guard ["mysql", "mariadb"].contains(try text.scheme()) else {
      throw AddressError(column: 1, reason: "a MySQL URL begins with mysql:// or mariadb://")
    }
    let (user, password) = try text.credentials()
    let start = text.column
    let (host, port) = try text.hostAndPort(default: 3306)
    let database = text.skip("/") ? try text.decoded(until: ["?"]) : ""
    self.init(
      host: host, port: port, user: user ?? "", password: password,
      database: database.isEmpty ? nil : database)
    for (column, keyword, value) in try text.parameters() {
      guard keyword == "socket" else {
        throw AddressError(column: column, reason: "the only parameter of a MySQL URL is socket")
      }
      // unix(7): sun_path is 108 bytes, the last one zero.
      guard value.hasPrefix("/"), value.utf8.count <= 107 else {
        throw AddressError(
          column: column, reason: "a socket's path begins with / and has at most 107 bytes")
      }
      socket = value
    }
    guard socket != nil || !host.isEmpty else {
      throw AddressError(
        column: start, reason: "a host is missing; write mysql://user@host:port/database")
    }
    guard !self.user.isEmpty else {
      throw AddressError(column: start, reason: "a user is missing; write mysql://user@host")
    }
  }
}
