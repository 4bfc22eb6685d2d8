// Where a run's data lives. Values only: starting servers is `Backends`' work, connecting a
// session's.

public import Drivers

/// The servers of a run, and the prefix and schema that keep runs apart.
public struct Topology: Sendable, Hashable {
  public var redis: RedisAddress?
  /// Independent servers, of which a lock asks a majority; empty or five.
  public var nodes: [RedisAddress] = []
  /// The masters of a cluster, by the addresses that redirections name; empty or three.
  public var cluster: [RedisAddress] = []
  /// Where clients reach the masters instead, if something stands between.
  var clusterFronts: [RedisAddress] = []
  /// Its schema is the run's own.
  public var postgres: PostgresAddress?
  /// Servers that share one business and no transaction, with schemas of one name; empty or two.
  public var shards: [PostgresAddress] = []
  /// Its schema, a database there, is the run's own.
  public var mysql: MySQLAddress?
  /// Before every key in Redis.
  public var prefix = ""
  /// Every table lives here, on whichever server: a schema in PostgreSQL, a database in MySQL.
  public var schema = ""
  /// What prefix and schema are made of; nil: no run's.
  var place: PlaceName?

  /// The same servers without those that are not needed.
  public func restricted(to needs: Needs) -> Topology {
    var topology = self
    if !needs.contains(.redis) { topology.redis = nil }
    if !needs.contains(.postgres) { topology.postgres = nil }
    if !needs.contains(.fiveRedis) { topology.nodes = [] }
    if !needs.contains(.redisCluster) { topology.cluster = [] }
    if !needs.contains(.twoPostgres) { topology.shards = [] }
    if !needs.contains(.mysql) { topology.mysql = nil }
    return topology
  }

  /// The same servers with a prefix and a schema that nobody uses.
  func inFreshPlace() -> Topology {
    let place = PlaceName.random()
    var topology = self
    topology.place = place
    topology.prefix = place.prefix
    topology.schema = place.schema
    topology.postgres?.schema = topology.schema
    topology.mysql?.schema = topology.schema
    for shard in topology.shards.indices { topology.shards[shard].schema = topology.schema }
    return topology
  }

  /// The same with PostgreSQL sessions whose commits wait until they are on the disk, whatever the
  /// server's settings say; the first such commit takes all before it along (PostgreSQL manual §30.4).
  func committingAtOnce() -> Topology {
    var topology = self
    func set(_ options: inout [String: String]) {
      options["options"] = (options["options"].map { $0 + " " } ?? "") + "-c synchronous_commit=on"
    }
    if var postgres = topology.postgres {
      set(&postgres.options)
      topology.postgres = postgres
    }
    for shard in topology.shards.indices { set(&topology.shards[shard].options) }
    return topology
  }

  /// The masters of the cluster as clients reach them.
  var masters: [RedisAddress] { clusterFronts.isEmpty ? cluster : clusterFronts }

  /// All the Redis servers.
  var allRedis: [RedisAddress] { (redis.map { [$0] } ?? []) + nodes + masters }

  /// Whether any of its servers is a database.
  var hasDatabase: Bool { !allPostgres.isEmpty || mysql != nil }

  /// All the PostgreSQL servers.
  var allPostgres: [PostgresAddress] { (postgres.map { [$0] } ?? []) + shards }
}
