// The private servers of a run as a fault gets hold of them.

public import Drivers

/// The private servers of a run, to be paused, killed and started again.
public struct ServerHandles: Sendable {
  private var redisServers: [ServerName: RedisServer] = [:]
  private var postgresServers: [ServerName: PostgresServer] = [:]
  private var mysqlServers: [ServerName: MariaDBServer] = [:]
  /// Stands by for `redis`.
  public var replica: RedisServer?
  /// The private folder of them all.
  public var folder: String?

  public init() {}

  public var redis: RedisServer? { redisServers[.redis] }
  public var postgres: PostgresServer? { postgresServers[.postgres] }
  public var mysql: MariaDBServer? { mysqlServers[.mysql] }

  /// The independent Redis servers, of which a lock asks a majority.
  var nodes: [RedisServer] { Role.fiveRedis.servers.compactMap { redisServers[$0] } }

  mutating func add(_ server: RedisServer, as name: ServerName) { redisServers[name] = server }
  mutating func add(_ server: PostgresServer, as name: ServerName) {
    postgresServers[name] = server
  }
  mutating func add(_ server: MariaDBServer, as name: ServerName) { mysqlServers[name] = server }

  /// The same without those a strategy doesn't use.
  func restricted(to needs: Needs) -> ServerHandles {
    let names = Set(needs.servers)
    var handles = self
    handles.redisServers = redisServers.filter { names.contains($0.key) }
    handles.postgresServers = postgresServers.filter { names.contains($0.key) }
    handles.mysqlServers = mysqlServers.filter { names.contains($0.key) }
    if handles.redis == nil { handles.replica = nil }
    return handles
  }

  /// The server of a name.
  package func server(_ name: ServerName) -> (any PrivateServer)? {
    switch name.kind {
    case .redis: redisServers[name]
    case .postgres: postgresServers[name]
    case .mysql: mysqlServers[name]
    }
  }

  /// Those chosen, each with the name that events use: `redis`, `redis-3`, `postgres`, `mysql`.
  func all(_ choice: ServerChoice) -> [NamedServer] {
    ServerName.all.filter(choice.contains).compactMap { name in
      server(name).map { NamedServer(place: name, server: $0) }
    }
  }
}

/// A server and what events call it.
struct NamedServer: Sendable {
  let place: ServerName
  let server: any PrivateServer

  var name: String { place.description }
}
