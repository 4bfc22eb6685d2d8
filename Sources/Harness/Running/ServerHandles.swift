// The private servers of a run as a fault gets hold of them.

public import Drivers

/// The private servers of a run, to be paused, killed and started again.
public struct ServerHandles: Sendable {
  private var servers: [ServerName: NamedServer] = [:]
  /// Stands by for `redis`.
  public var replica: RedisServer?
  /// The private folder of them all.
  public var folder: String?

  public init() {}

  /// The server of a name.
  package func server(_ name: ServerName) -> (any PrivateServer)? { servers[name]?.server }

  mutating func add(_ server: any PrivateServer, at address: any Backend, as name: ServerName) {
    servers[name] = NamedServer(place: name, server: server, address: address)
  }

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
    ServerName.all.filter(choice.contains).compactMap { servers[$0] }
  }
}

// Those that more can be done with than with any server.
extension ServerHandles {
  public var redis: RedisServer? { server(.redis) as? RedisServer }
  public var postgres: PostgresServer? { server(.postgres) as? PostgresServer }
}

/// A server and what events call it.
struct NamedServer: Sendable {
  let place: ServerName
  let server: any PrivateServer
  /// Where it is reached past all proxies.
  let address: any Backend

  var name: String { place.description }
}
