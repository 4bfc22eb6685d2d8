// How a run comes by a MySQL: one of the user's, or a private MariaDB, which stands for it.

package import Drivers

extension MySQLAddress {
  package static func provide(
    _ role: Role, from external: (any Backend)?, by start: inout ServerStart
  ) throws(ServerFailure) {
    try start.mysql(role, external as? MySQLAddress)
  }
}

extension ServerStart {
  fileprivate mutating func mysql(_ role: Role, _ external: MySQLAddress?) throws(ServerFailure) {
    if let external {
      let identity = try ExternalProbe.mysql(external)
      try MySQLFitness(of: external, clients: clients).check()
      greet(identity, for: role, facts: try ExternalProbe.facts(of: external))
      topology.mysql = external
      return
    }
    let server = try startMySQL()
    adopt(server, for: role)
    handles.add(server, at: server.address, as: .mysql)
    topology.mysql = server.address
  }

  private mutating func startMySQL() throws(ServerFailure) -> MariaDBServer {
    var options = MariaDBOptions()
    options.maxConnections = room
    if demands.hasPorts {
      options.port = .free
      options.guest = MySQLGuest.ofPrograms
    }
    return try MariaDBServer.start(options, in: place())
  }
}
