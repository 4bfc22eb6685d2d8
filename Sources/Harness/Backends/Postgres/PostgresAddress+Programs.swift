// A private PostgreSQL as programs find it.

package import Drivers

extension PostgresAddress {
  /// Its port asks for a password, and is open to all; its socket asks for none.
  package func door(of server: (any PrivateServer)?) -> ProgramDoor? {
    guard let guest = (server as? PostgresServer)?.tcpAddress else { return nil }
    return ProgramDoor(
      upstream: guest.endpoint, pinnedUpstream: endpoint,
      pinnedLogin: ProxyLogin(user: guest.user, database: guest.database)
    ) { proxy, _ in
      var address = guest
      if case .tcp(let host, let port) = proxy { (address.host, address.port) = (host, port) }
      return address
    }
  }

  package var programVariables: [String: String] {
    let (host, port, user) = (self.host, "\(self.port)", self.user)
    let (password, database) = (self.password ?? "", self.database)
    let place = "\(host):\(port)/\(database)"
    var variables = [
      // SQLAlchemy refuses `postgres://`.
      "DATABASE_URL": "postgresql://\(user):\(password)@\(place)", "PGSSLMODE": "disable",
      "SPRING_DATASOURCE_URL": "jdbc:postgresql://\(place)", "SPRING_DATASOURCE_USERNAME": user,
      "SPRING_DATASOURCE_PASSWORD": password, "SPRING_R2DBC_URL": "r2dbc:postgresql://\(place)",
      "SPRING_R2DBC_USERNAME": user, "SPRING_R2DBC_PASSWORD": password,
      "QUARKUS_DATASOURCE_JDBC_URL": "jdbc:postgresql://\(place)",
      "QUARKUS_DATASOURCE_USERNAME": user, "QUARKUS_DATASOURCE_PASSWORD": password,
    ]
    for (names, value) in [
      (["PGHOST", "POSTGRES_HOST", "DB_HOST"], host),
      (["PGPORT", "POSTGRES_PORT", "DB_PORT"], port),
      (["PGUSER", "POSTGRES_USER", "DB_USER", "DB_USERNAME"], user),
      (["PGPASSWORD", "POSTGRES_PASSWORD", "DB_PASSWORD"], password),
      (["PGDATABASE", "POSTGRES_DB", "DB_NAME", "DB_DATABASE"], database),
    ] {
      for name in names { variables[name] = value }
    }
    return variables
  }
}
