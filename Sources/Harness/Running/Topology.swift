// Where a run's data lives. Values only: starting servers is `Backends`' work, connecting a
// session's.

public import Drivers

/// The servers of a run, and the prefix and schema that keep runs apart.
public struct Topology: Sendable, Hashable {
  /// Where each server is reached, by its name. Of a cluster's masters: the addresses that redirections
  /// name.
  private var redisServers: [ServerName: RedisAddress] = [:]
  /// Their schema is the run's own.
  private var postgresServers: [ServerName: PostgresAddress] = [:]
  /// Their schema, a database there, is the run's own.
  private var mysqlServers: [ServerName: MySQLAddress] = [:]
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

  /// The same servers without those that are not needed.
  public func restricted(to needs: Needs) -> Topology {
    let names = Set(needs.servers)
    var topology = self
    topology.redisServers = redisServers.filter { names.contains($0.key) }
    topology.postgresServers = postgresServers.filter { names.contains($0.key) }
    topology.mysqlServers = mysqlServers.filter { names.contains($0.key) }
    return topology
  }

  /// The same servers with a prefix and a schema that nobody uses.
  func inFreshPlace() -> Topology {
    let place = PlaceName.random()
    var topology = self
    topology.place = place
    topology.prefix = place.prefix
    topology.schema = place.schema
    topology.postgresServers = postgresServers.mapValues { $0.entering(place) }
    topology.mysqlServers = mysqlServers.mapValues { $0.entering(place) }
    return topology
  }

  /// The same with PostgreSQL sessions whose commits wait until they are on the disk, whatever the
  /// server's settings say; the first such commit takes all before it along (PostgreSQL manual §30.4).
  func committingAtOnce() -> Topology {
    var topology = self
    func set(_ options: inout [String: String]) {
      options["options"] = (options["options"].map { $0 + " " } ?? "") + "-c synchronous_commit=on"
    }
    topology.postgresServers = postgresServers.mapValues { address in
      var address = address
      set(&address.options)
      return address
    }
    return topology
  }

  /// The masters of the cluster as clients reach them.
  var masters: [RedisAddress] { clusterFronts.isEmpty ? cluster : clusterFronts }

  /// All the Redis servers, as clients reach them.
  var allRedis: [RedisAddress] { (redis.map { [$0] } ?? []) + nodes + masters }

  /// All the PostgreSQL servers.
  package var allPostgres: [PostgresAddress] { (postgres.map { [$0] } ?? []) + shards }

  /// Whether any of its servers is a database.
  var hasDatabase: Bool { !postgresServers.isEmpty || !mysqlServers.isEmpty }

  /// All the servers.
  var backends: [any Backend] { allRedis + allPostgres + (mysql.map { [$0] } ?? []) }
}

// MARK: By role

extension Topology {
  public var redis: RedisAddress? {
    get { redisServers[.redis] }
    set { redisServers[.redis] = newValue }
  }

  /// Independent servers, of which a lock asks a majority; empty or five.
  public var nodes: [RedisAddress] {
    get { Role.fiveRedis.servers.compactMap { redisServers[$0] } }
    set {
      for (name, address) in zip(Role.fiveRedis.servers, newValue) { redisServers[name] = address }
    }
  }

  /// The masters of a cluster, by the addresses that redirections name; empty or three.
  public var cluster: [RedisAddress] {
    get { Role.redisCluster.servers.compactMap { redisServers[$0] } }
    set {
      for (name, address) in zip(Role.redisCluster.servers, newValue) {
        redisServers[name] = address
      }
    }
  }

  public var postgres: PostgresAddress? {
    get { postgresServers[.postgres] }
    set { postgresServers[.postgres] = newValue }
  }

  /// Servers that share one business and no transaction, with schemas of one name; empty or two.
  public var shards: [PostgresAddress] {
    get { Role.twoPostgres.servers.compactMap { postgresServers[$0] } }
    set {
      for (name, address) in zip(Role.twoPostgres.servers, newValue) {
        postgresServers[name] = address
      }
    }
  }

  public var mysql: MySQLAddress? {
    get { mysqlServers[.mysql] }
    set { mysqlServers[.mysql] = newValue }
  }

  /// Where a Redis is, by its name.
  package subscript(redis name: ServerName) -> RedisAddress? {
    get { redisServers[name] }
    set { redisServers[name] = newValue }
  }

  /// Where a PostgreSQL is, by its name.
  subscript(postgres name: ServerName) -> PostgresAddress? {
    get { postgresServers[name] }
    set { postgresServers[name] = newValue }
  }

  /// Its Redis servers with their names, in order.
  package var namedRedis: [(name: ServerName, address: RedisAddress)] {
    ServerName.all.compactMap { name in redisServers[name].map { (name, $0) } }
  }
}
