// Starts the servers that strategies need, kind by kind, or greets the user's own. What was started
// is handed over whole; when a start fails, whoever asked for it closes the directory.

import Drivers

/// Servers while they are being started.
struct ServerStart {
  private(set) var directory: RunDirectory?
  private(set) var servers: [any PrivateServer] = []
  /// What answers each need.
  private(set) var found: [(need: Needs, identity: ServerIdentity)] = []
  /// What the user should know of his own, a sentence each.
  private(set) var notes: [String] = []
  /// What is out of the ordinary about the user's, by server.
  private(set) var facts: [String: [String]] = [:]
  private(set) var topology = Topology()
  private(set) var handles = ServerHandles()
  /// Clients that each server has room for.
  private let clients: Int
  /// How faults want the private ones.
  private let demands: ServerDemands
  /// What private ones are started from.
  private let programs: Programs

  init(clients: Int, demands: ServerDemands, programs: Programs) {
    self.clients = clients
    self.demands = demands
    self.programs = programs
  }

  /// Those of the user's stand in for one Redis, one PostgreSQL and one MySQL. Five, a cluster or two shards
  /// are private even beside them: nobody keeps those for a test to use.
  mutating func all(of needs: Needs, external: ExternalServers) throws(ServerFailure) {
    if demands.hasFronts { _ = try place() }
    // First, since it takes two seconds to be ready; meanwhile the others start.
    let cluster = needs.contains(.redisCluster) ? try startCluster() : nil
    if needs.contains(.redis) {
      if let address = external.redis {
        let identity = try ExternalProbe.redis(address)
        found.append((.redis, identity))
        facts[identity.product.rawValue] = ExternalProbe.facts(of: address)
        notes += try RedisFitness(of: address, clients: clients).check()
        topology.redis = address
      } else {
        let server = try startRedis(for: .redis)
        handles.redis = server
        if demands.hasReplica { handles.replica = try startRedis(for: .redis) }
        topology.redis = server.address
      }
    }
    if needs.contains(.fiveRedis) {
      for _ in 0..<5 { handles.nodes.append(try startRedis(for: .fiveRedis)) }
      topology.nodes = handles.nodes.map(\.address)
    }
    if needs.contains(.postgres) {
      if let address = external.postgres {
        let version = try ExternalProbe.postgres(address)
        found.append((.postgres, ServerIdentity(.postgres, version)))
        if demands.hasFronts { try checkPlain(address) }
        try PostgresFitness(of: address, clients: clients).check()
        facts["postgres"] = ExternalProbe.facts(of: address)
        topology.postgres = address
      } else {
        let server = try startPostgres(for: .postgres)
        handles.postgres = server
        topology.postgres = server.address
      }
    }
    if needs.contains(.twoPostgres) {
      for _ in 0..<2 { handles.shards.append(try startPostgres(for: .twoPostgres)) }
      topology.shards = handles.shards.map(\.address)
    }
    if needs.contains(.mysql) { try mysql(external.mysql) }
    try cluster?.awaitReady()
  }

  private mutating func mysql(_ external: MySQLAddress?) throws(ServerFailure) {
    guard let external else {
      let server = try startMySQL()
      handles.mysql = server
      topology.mysql = server.address
      return
    }
    let identity = try ExternalProbe.mysql(external)
    found.append((.mysql, identity))
    try MySQLFitness(of: external, clients: clients).check()
    facts[identity.product.rawValue] = try ExternalProbe.facts(of: external)
    topology.mysql = external
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
        reason: "a fault on the way has to read what passes, and without TLS the server says no "
          + "(\(error))",
        advice: "leave out the fault, or use a private PostgreSQL")
    }
  }

  private mutating func startCluster() throws(ServerFailure) -> RedisCluster {
    let cluster = try RedisCluster.start(redisOptions, in: place())
    for node in cluster.nodes { adopt(node, for: .redisCluster) }
    handles.cluster = cluster.nodes
    topology.cluster = cluster.addresses
    return cluster
  }

  private mutating func startRedis(for need: Needs) throws(ServerFailure) -> RedisServer {
    let server = try RedisServer.start(redisOptions, in: place())
    adopt(server, for: need)
    return server
  }

  private mutating func startPostgres(
    for need: Needs
  ) throws(ServerFailure) -> PostgresServer {
    var options = PostgresOptions()
    // A client may hold a lock over a second connection.
    options.maxConnections = 2 * clients + 20
    options.settings = demands.postgresSettings
    if demands.hasPorts { options.port = .free }
    let server = try PostgresServer.start(options, in: place())
    adopt(server, for: need)
    return server
  }

  private mutating func startMySQL() throws(ServerFailure) -> MariaDBServer {
    var options = MariaDBOptions()
    // A client may hold a lock over a second connection.
    options.maxConnections = 2 * clients + 20
    let server = try MariaDBServer.start(options, in: place())
    adopt(server, for: .mysql)
    return server
  }

  private mutating func adopt(_ server: some PrivateServer, for need: Needs) {
    servers.append(server)
    found.append((need, server.identity))
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

  private mutating func place() throws(ServerFailure) -> RunDirectory {
    if let directory { return directory }
    let made = try RunDirectory(programs: programs)
    directory = made
    return made
  }
}
