// The servers of a command: private ones, started on demand and gone afterwards, or the user's own.
// Kept across the runs of one command; every run gets a prefix and a schema of its own.

public import Drivers

/// Servers of the user's, instead of private ones.
public struct ExternalServers: Sendable, Hashable {
  public var redis: RedisAddress?
  public var postgres: PostgresAddress?

  public init(redis: RedisAddress? = nil, postgres: PostgresAddress? = nil) {
    self.redis = redis
    self.postgres = postgres
  }
}

/// Running servers.
public final class Backends {
  /// Versions by server, such as `redis: 7.0.15`.
  public private(set) var versions: [String: String] = [:]
  private let directory: RunDirectory?
  private let privateServers: [any PrivateServer]
  private let redis: RedisAddress?
  private let postgres: PostgresAddress?
  private let nodes: [RedisAddress]
  /// The private servers, for faults to act upon.
  public let handles: ServerHandles

  /// Starts, or greets, what is needed; each server has room for so many clients, and private ones
  /// are as the faults want them.
  public init(
    _ needs: Needs, external: ExternalServers, clients: Int,
    demands: ServerDemands = ServerDemands()
  ) throws(ServerFailure) {
    var handles = ServerHandles()
    var directory: RunDirectory?
    var started: [any PrivateServer] = []
    var redis: RedisAddress?
    var postgres: PostgresAddress?
    var nodes: [RedisAddress] = []
    do throws(ServerFailure) {
      if needs.contains(.redis) {
        if let address = external.redis {
          versions["redis"] = try ExternalProbe.redis(address).description
          redis = address
        } else {
          let place = try Self.place(&directory)
          let server = try RedisServer.start(Self.redisOptions(clients, demands), in: place)
          started.append(server)
          handles.redis = server
          versions["redis"] = server.version.description
          redis = server.address
        }
      }
      if needs.contains(.fiveRedis) {
        // Private even beside servers of the user's: nobody keeps five for a lock to test.
        let place = try Self.place(&directory)
        for _ in 0..<5 {
          let server = try RedisServer.start(Self.redisOptions(clients, demands), in: place)
          started.append(server)
          handles.nodes.append(server)
          versions["redis"] = server.version.description
          nodes.append(server.address)
        }
      }
      if needs.contains(.postgres) {
        if let address = external.postgres {
          versions["postgres"] = try ExternalProbe.postgres(address).description
          postgres = address
        } else {
          let place = try Self.place(&directory)
          var options = PostgresOptions()
          // A client may hold a lock over a second connection.
          options.maxConnections = 2 * clients + 20
          options.settings = demands.postgresSettings
          let server = try PostgresServer.start(options, in: place)
          handles.postgres = server
          started.append(server)
          versions["postgres"] = server.version.description
          postgres = server.address
        }
      }
    } catch {
      // The failure that stopped the start is the one to tell.
      try? directory?.close()
      throw error
    }
    self.directory = directory
    privateServers = started
    self.redis = redis
    self.postgres = postgres
    self.nodes = nodes
    self.handles = handles
  }

  private static func redisOptions(_ clients: Int, _ demands: ServerDemands) -> RedisOptions {
    var options = RedisOptions()
    options.persistence = demands.persistence ?? .none
    // A client may listen, and renew a lease, over connections of their own.
    options.maxClients = max(1000, 3 * clients + 64)
    return options
  }

  private static func place(
    _ directory: inout RunDirectory?
  ) throws(ServerFailure) -> RunDirectory {
    if let directory { return directory }
    let made = try RunDirectory()
    directory = made
    return made
  }

  /// A place for one run: the servers, with a prefix and a schema nobody uses.
  public func freshTopology() -> Topology {
    let tag = String(UInt64.random(in: 0x1000_0000_0000...0xffff_ffff_ffff), radix: 16)
    let schema = "soldout_\(tag)"
    var postgres = postgres
    postgres?.options["options"] = "-c search_path=\(schema)"
    return Topology(
      redis: redis, nodes: nodes, postgres: postgres, prefix: "soldout:\(tag):", schema: schema)
  }

  /// The versions of the servers among `needs`.
  public func versions(for needs: Needs) -> [String: String] {
    versions.filter { name, _ in
      name == "postgres"
        ? needs.contains(.postgres) : !needs.isDisjoint(with: [.redis, .fiveRedis])
    }
  }

  /// The last lines each private server logged, by server.
  public func logs(lines: Int) -> [(name: String, lines: [String])] {
    var counts: [String: Int] = [:]
    return privateServers.map { server in
      let number = counts[server.name, default: 0] + 1
      counts[server.name] = number
      let name = number == 1 ? server.name : "\(server.name)-\(number)"
      return (name, server.logTail(lines: lines))
    }
  }

  /// The folder that holds the private servers and whatever else a run puts there; nil where all
  /// servers are the user's.
  public var folder: String? { directory?.path }

  /// Stops the private servers and removes their directory.
  public func stop() throws(ServerFailure) {
    try directory?.close()
  }
}
