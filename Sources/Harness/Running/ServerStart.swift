// Starts the servers that strategies need, kind by kind, or greets the user's own. What was started
// is handed over whole; when a start fails, whoever asked for it closes the directory.

import Drivers

/// Servers while they are being started.
struct ServerStart {
  private(set) var directory: RunDirectory?
  private(set) var servers: [any PrivateServer] = []
  /// Of private servers, by name.
  private(set) var versions: [String: String] = [:]
  /// Of the user's own.
  private(set) var externalVersions: [String: String] = [:]
  /// What the user should know of these, a sentence each.
  private(set) var notes: [String] = []
  private(set) var topology = Topology()
  private(set) var handles = ServerHandles()
  /// Clients that each server has room for.
  private let clients: Int
  /// How faults want the private ones.
  private let demands: ServerDemands

  init(clients: Int, demands: ServerDemands) {
    self.clients = clients
    self.demands = demands
  }

  /// Those of the user's stand in for one Redis and one PostgreSQL. Five, a cluster or two shards
  /// are private even beside them: nobody keeps those for a test to use.
  mutating func all(of needs: Needs, external: ExternalServers) throws(ServerFailure) {
    if demands.hasFronts { _ = try place() }
    // First, since it takes two seconds to be ready; meanwhile the others start.
    let cluster = needs.contains(.redisCluster) ? try startCluster() : nil
    if needs.contains(.redis) {
      if let address = external.redis {
        externalVersions["redis"] = try ExternalProbe.redis(address).description
        notes += try RedisFitness(of: address, clients: clients).check()
        topology.redis = address
      } else {
        let server = try startRedis()
        handles.redis = server
        if demands.hasReplica { handles.replica = try startRedis() }
        topology.redis = server.address
      }
    }
    if needs.contains(.fiveRedis) {
      for _ in 0..<5 { handles.nodes.append(try startRedis()) }
      topology.nodes = handles.nodes.map(\.address)
    }
    if needs.contains(.postgres) {
      if let address = external.postgres {
        externalVersions["postgres"] = try ExternalProbe.postgres(address).description
        if demands.hasFronts { try checkPlain(address) }
        try PostgresFitness(of: address, clients: clients).check()
        topology.postgres = address
      } else {
        let server = try startPostgres()
        handles.postgres = server
        topology.postgres = server.address
      }
    }
    if needs.contains(.twoPostgres) {
      for _ in 0..<2 { handles.shards.append(try startPostgres()) }
      topology.shards = handles.shards.map(\.address)
    }
    try cluster?.awaitReady()
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
    for node in cluster.nodes { adopt(node, as: "redis") }
    handles.cluster = cluster.nodes
    topology.cluster = cluster.addresses
    return cluster
  }

  private mutating func startRedis() throws(ServerFailure) -> RedisServer {
    let server = try RedisServer.start(redisOptions, in: place())
    adopt(server, as: "redis")
    return server
  }

  private mutating func startPostgres() throws(ServerFailure) -> PostgresServer {
    var options = PostgresOptions()
    // A client may hold a lock over a second connection.
    options.maxConnections = 2 * clients + 20
    options.settings = demands.postgresSettings
    let server = try PostgresServer.start(options, in: place())
    adopt(server, as: "postgres")
    return server
  }

  private mutating func adopt(_ server: some PrivateServer, as kind: String) {
    servers.append(server)
    versions[kind] = server.version.description
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
    let made = try RunDirectory()
    directory = made
    return made
  }
}
