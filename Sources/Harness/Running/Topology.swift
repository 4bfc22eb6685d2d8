// Where a run's data lives. Values only: starting servers is `Backends`' work, connecting a
// session's.

import Drivers

/// The servers of a run, and the prefix and schema that keep runs apart.
public struct Topology: Sendable {
  /// Where each server is reached, by its name. Of a cluster's masters: the addresses that redirections
  /// name. Databases' schemas are the run's own.
  private var servers: [ServerName: any Backend] = [:]
  /// Where clients reach the masters instead, if something stands between.
  var clusterFronts: [RedisAddress] = []
  /// Before every key in Redis.
  public var prefix = ""
  /// Every table lives here, on whichever server: a schema in PostgreSQL, a database in MySQL.
  public var schema = ""
  /// What prefix and schema are made of; nil: no run's.
  var place: PlaceName?

  public init() {}

  /// A place, on no server yet.
  init(of place: PlaceName) {
    self.place = place
    prefix = place.prefix
    schema = place.schema
  }

  /// Where a server is, by its name.
  subscript(name: ServerName) -> (any Backend)? {
    get { servers[name] }
    set { servers[name] = newValue }
  }

  /// The same, as the kind that it is known to be.
  package subscript<Address: Backend>(name: ServerName, as _: Address.Type) -> Address? {
    get { servers[name] as? Address }
    set { servers[name] = newValue }
  }

  /// Where a database is, by its name.
  func database(_ name: ServerName) -> (any DatabaseBackend)? {
    servers[name] as? any DatabaseBackend
  }

  /// The servers, in the order of their names' list.
  package var names: [ServerName] { ServerName.all.filter { servers[$0] != nil } }

  /// The databases among them.
  var databases: [ServerName] { names.filter(\.kind.isDatabase) }

  /// All the servers as clients reach them.
  var backends: [any Backend] {
    names.compactMap { name in
      name.role.isCluster && !clusterFronts.isEmpty ? clusterFronts[name.place] : servers[name]
    }
  }

  /// The same servers without those that are not needed.
  public func restricted(to needs: Needs) -> Topology {
    let names = Set(needs.servers)
    var topology = self
    topology.servers = servers.filter { names.contains($0.key) }
    return topology
  }

  /// The same servers with a prefix and a schema that nobody uses.
  func inFreshPlace() -> Topology {
    let place = PlaceName.random()
    var topology = self
    topology.place = place
    topology.prefix = place.prefix
    topology.schema = place.schema
    topology.servers = servers.mapValues { $0.entering(place) }
    return topology
  }

  /// The same servers with the keys and tables that programs find there.
  package var asProgramsSee: Topology {
    var topology = self
    (topology.place, topology.prefix, topology.schema) = (nil, "", "")
    topology.servers = servers.mapValues { server in
      (server as? any DatabaseBackend)?.amongTablesOfPrograms ?? server
    }
    return topology
  }

  /// The same with commits that wait until they are on the disk, whatever the servers' settings say.
  func committingAtOnce() -> Topology {
    var topology = self
    topology.servers = servers.mapValues { $0.committingAtOnce() }
    return topology
  }

  /// The servers of a role, in order.
  func servers<Address: Backend>(of role: Role, as _: Address.Type) -> [Address] {
    role.servers.compactMap { servers[$0] as? Address }
  }

  mutating func set<Address: Backend>(_ role: Role, to addresses: [Address]) {
    for (name, address) in zip(role.servers, addresses) { servers[name] = address }
  }
}
