// The Redis servers of a topology, by what they are for.

public import Drivers

extension Topology {
  public var redis: RedisAddress? {
    get { self[.redis, as: RedisAddress.self] }
    set { self[.redis, as: RedisAddress.self] = newValue }
  }

  /// Independent servers, of which a lock asks a majority; empty or five.
  public var nodes: [RedisAddress] {
    get { servers(of: .fiveRedis, as: RedisAddress.self) }
    set { set(.fiveRedis, to: newValue) }
  }

  /// The masters of a cluster, by the addresses that redirections name; empty or three.
  public var cluster: [RedisAddress] {
    get { servers(of: .redisCluster, as: RedisAddress.self) }
    set { set(.redisCluster, to: newValue) }
  }

  /// The masters of the cluster as clients reach them.
  var masters: [RedisAddress] { clusterFronts.isEmpty ? cluster : clusterFronts }

  /// All the Redis servers, as clients reach them.
  var allRedis: [RedisAddress] { (redis.map { [$0] } ?? []) + nodes + masters }

  /// Where a Redis is, by its name.
  package subscript(redis name: ServerName) -> RedisAddress? {
    get { self[name, as: RedisAddress.self] }
    set { self[name, as: RedisAddress.self] = newValue }
  }

  /// Its Redis servers with their names, in order.
  package var namedRedis: [(name: ServerName, address: RedisAddress)] {
    names.compactMap { name in self[name, as: RedisAddress.self].map { (name, $0) } }
  }

  /// Where a session's connection leads to.
  func redis(of route: RedisRoute) -> RedisAddress? {
    switch route {
    case .main, .background: redis
    case .node(let number): nodes.indices.contains(number) ? nodes[number] : nil
    case .master(let number): masters.indices.contains(number) ? masters[number] : nil
    }
  }
}

extension ExternalServers {
  /// A Redis of the user's.
  public var redis: RedisAddress? {
    get { self[.redis] as? RedisAddress }
    set { self[.redis] = newValue }
  }
}
