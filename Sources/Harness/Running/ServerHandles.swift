// The private servers of a run as a fault gets hold of them.

public import Drivers

/// The private servers of a run, to be paused, killed and started again.
public struct ServerHandles: Sendable {
  private var servers: [ServerName: any PrivateServer] = [:]
  /// Stands by for `redis`.
  public var replica: RedisServer?
  /// The private folder of them all.
  public var folder: String?

  public init() {}

  /// The server of a name.
  package func server(_ name: ServerName) -> (any PrivateServer)? { servers[name] }

  mutating func add(_ server: any PrivateServer, as name: ServerName) { servers[name] = server }

  /// The same without those a strategy doesn't use.
  func restricted(to needs: Needs) -> ServerHandles {
    let names = Set(needs.servers)
    var handles = self
    handles.servers = servers.filter { names.contains($0.key) }
    if handles.server(.redis) == nil { handles.replica = nil }
    return handles
  }

  /// Those chosen, each with the name that events use: `redis`, `redis-3`, `postgres`, `mysql`.
  func all(_ choice: ServerChoice) -> [NamedServer] {
    ServerName.all.filter(choice.contains).compactMap { name in
      servers[name].map { NamedServer(place: name, server: $0) }
    }
  }
}

// Those that more can be done with than with any server.
extension ServerHandles {
  public var redis: RedisServer? { servers[.redis] as? RedisServer }
  public var postgres: PostgresServer? { servers[.postgres] as? PostgresServer }
}

/// A server and what events call it.
struct NamedServer: Sendable {
  let place: ServerName
  let server: any PrivateServer

  var name: String { place.description }
}
