// A private MySQL as programs find it.

package import Drivers

extension MySQLAddress {
  /// Its login is answered with what only the client knows: the proxy can't speak for it.
  package func door(of server: (any PrivateServer)?) -> ProgramDoor? {
    guard let guest = (server as? MariaDBServer)?.guestAddress else { return nil }
    return ProgramDoor(upstream: guest.endpoint, pinnedUpstream: guest.endpoint) { proxy, _ in
      var address = guest
      if case .tcp(let host, let port) = proxy { (address.host, address.port) = (host, port) }
      return address
    }
  }

  package var programVariables: [String: String] {
    let (host, port, user) = (self.host, "\(self.port)", self.user)
    let (password, database) = (self.password ?? "", self.database ?? "")
    let place = "\(host):\(port)/\(database)"
    let url = "mysql://\(user):\(password)@\(place)"
    var variables = [
      "DATABASE_URL": url, "MYSQL_URL": url, "SPRING_DATASOURCE_URL": "jdbc:mysql://\(place)",
      "SPRING_DATASOURCE_USERNAME": user, "SPRING_DATASOURCE_PASSWORD": password,
      "SPRING_R2DBC_URL": "r2dbc:mysql://\(place)", "SPRING_R2DBC_USERNAME": user,
      "SPRING_R2DBC_PASSWORD": password, "QUARKUS_DATASOURCE_JDBC_URL": "jdbc:mysql://\(place)",
      "QUARKUS_DATASOURCE_USERNAME": user, "QUARKUS_DATASOURCE_PASSWORD": password,
    ]
    for (names, value) in [
      (["MYSQL_HOST", "MARIADB_HOST", "DB_HOST"], host),
      (["MYSQL_PORT", "MYSQL_TCP_PORT", "MARIADB_PORT", "DB_PORT"], port),
      (["MYSQL_USER", "MARIADB_USER", "DB_USER", "DB_USERNAME"], user),
      (["MYSQL_PASSWORD", "MARIADB_PASSWORD", "DB_PASSWORD"], password),
      (["MYSQL_DATABASE", "MYSQL_DB", "MARIADB_DATABASE", "DB_NAME", "DB_DATABASE"], database),
    ] {
      for name in names { variables[name] = value }
    }
    return variables
  }
}

extension MySQLGuest {
  /// Who a program is to a private MySQL.
  static let ofPrograms = MySQLGuest(user: "shop", database: "shop")
}
