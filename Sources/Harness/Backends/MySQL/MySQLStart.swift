// How a run comes by a MySQL: one of the user's, or a private MariaDB, which stands for it.

import Drivers

extension ServerStart {
  mutating func mysql(_ role: Role, _ external: MySQLAddress?) throws(ServerFailure) {
    if let external {
      let identity = try ExternalProbe.mysql(external)
      try MySQLFitness(of: external, clients: clients).check()
      greet(identity, for: role, facts: try ExternalProbe.facts(of: external))
      topology.mysql = external
      return
    }
    let server = try startMySQL()
    adopt(server, for: role)
    handles.add(server, as: .mysql)
    topology.mysql = server.address
  }

  private mutating func startMySQL() throws(ServerFailure) -> MariaDBServer {
    var options = MariaDBOptions()
    options.maxConnections = room
    if demands.hasPorts {
      options.port = .free
      options.guest = ServerDemands.guest
    }
    return try MariaDBServer.start(options, in: place())
  }
}
