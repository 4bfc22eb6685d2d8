// How a run comes by a PostgreSQL: one of the user's, or private ones.

package import Drivers

extension PostgresAddress {
  package static func provide(
    _ role: Role, from external: (any Backend)?, by start: inout ServerStart
  ) throws(ServerFailure) {
    try start.postgres(role, external as? PostgresAddress)
  }
}

extension ServerStart {
  fileprivate mutating func postgres(_ role: Role, _ external: PostgresAddress?)
    throws(ServerFailure)
  {
    if let external, role.count == 1 {
      let version = try ExternalProbe.postgres(external)
      if demands.hasFronts { try checkPlain(external) }
      try PostgresFitness(of: external, clients: clients).check()
      greet(
        ServerIdentity(.postgres, version), for: role, facts: ExternalProbe.facts(of: external))
      topology.postgres = external
      return
    }
    for name in role.servers {
      let server = try startPostgres()
      adopt(server, for: role)
      handles.add(server, at: server.address, as: name)
      topology[name] = server.address
    }
  }

  /// Whether a PostgreSQL talks without TLS, as through a proxy that reads what passes.
  private func checkPlain(_ address: PostgresAddress) throws(ServerFailure) {
    var plain = address
    plain.options["sslmode"] = "disable"
    do throws(ServerFailure) {
      _ = try ExternalProbe.postgres(plain)
    } catch {
      throw .unfit(
        address: address.description,
        reason: "this fault has to read the traffic, and without TLS the server refuses "
          + "(\(error))",
        advice: "leave out the fault, or use a private PostgreSQL")
    }
  }

  private mutating func startPostgres() throws(ServerFailure) -> PostgresServer {
    var options = PostgresOptions()
    options.maxConnections = room
    options.settings = demands.postgresSettings
    if demands.hasPorts { options.port = .free }
    return try PostgresServer.start(options, in: place())
  }
}
