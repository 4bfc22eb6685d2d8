// How a run comes by a Redis: one of the user's, or private ones, five, or a cluster.

package import Drivers

extension RedisAddress {
  package static func provide(
    _ role: Role, from external: (any Backend)?, by start: inout ServerStart
  ) throws(ServerFailure) {
    try start.redis(role, external as? RedisAddress)
  }
}

extension ServerStart {
  fileprivate mutating func redis(_ role: Role, _ external: RedisAddress?) throws(ServerFailure) {
    if let external, role.count == 1 {
      let identity = try ExternalProbe.redis(external)
      greet(identity, for: role, facts: ExternalProbe.facts(of: external))
      notes += try RedisFitness(of: external, clients: clients).check()
      topology.redis = external
      return
    }
    for name in role.servers {
      let server = try startRedis(for: role)
      handles.add(server, at: server.address, as: name)
      topology[name] = server.address
    }
    if demands.hasReplica, role == .redis { handles.replica = try startRedis(for: role) }
  }

  mutating func startCluster() throws(ServerFailure) -> RedisCluster {
    let cluster = try RedisCluster.start(redisOptions, in: place())
    for (name, node) in zip(Role.redisCluster.servers, cluster.nodes) {
      adopt(node, for: .redisCluster)
      handles.add(node, at: node.address, as: name)
    }
    topology.cluster = cluster.addresses
    return cluster
  }

  private mutating func startRedis(for role: Role) throws(ServerFailure) -> RedisServer {
    let server = try RedisServer.start(redisOptions, in: place())
    adopt(server, for: role)
    return server
  }

  private var redisOptions: RedisOptions {
    var options = RedisOptions()
    options.persistence = demands.persistence ?? .none
    options.hasShim = demands.hasShims
    options.hasPassword = !demands.isOpen
    if demands.hasReplica {
      // What goes between a Redis and its replica goes over TCP, at once.
      options.port = .free
      options.arguments = ["--repl-diskless-sync-delay", "0"]
    }
    // A client may listen, and renew a lease, over connections of their own.
    options.maxClients = max(1000, 3 * clients + 64)
    return options
  }
}
