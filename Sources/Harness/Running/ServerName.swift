// What the servers of a topology are called: in events, settings of faults, replay tokens. The only
// place where such a name is put together or read.

/// One server of a topology.
package enum ServerName: Hashable, Sendable {
  /// The only Redis.
  case redis
  /// One of several independent Redis servers, from 0.
  case node(Int)
  /// One of a Redis cluster's masters, from 0.
  case master(Int)
  /// The only PostgreSQL.
  case postgres
  /// One of several PostgreSQL servers, from 0.
  case shard(Int)
  /// The only MySQL.
  case mysql

  /// The server that a session's connection to Redis leads to.
  package init(_ line: RedisLine) {
    self =
      switch line {
      case .main, .aside: .redis
      case .node(let number): .node(number)
      case .master(let number): .master(number)
      }
  }

  /// Every server that some strategy has.
  package static let all = Needs.all.servers

  /// Reads a name.
  package init?(_ word: some StringProtocol) {
    guard let server = Self.all.first(where: { $0.description == word }) else { return nil }
    self = server
  }

  package var isRedis: Bool { kind == .redis }

  /// The server that stands for its kind.
  var kind: ServerName {
    switch self {
    case .redis, .node, .master: .redis
    case .postgres, .shard: .postgres
    case .mysql: .mysql
    }
  }
}

extension ServerName: CustomStringConvertible {
  /// `redis`, `redis-3`, `cluster-1`, `postgres`, `postgres-2`, `mysql`: people count from 1.
  package var description: String {
    switch self {
    case .redis: "redis"
    case .node(let number): "redis-\(number + 1)"
    case .master(let number): "cluster-\(number + 1)"
    case .postgres: "postgres"
    case .shard(let number): "postgres-\(number + 1)"
    case .mysql: "mysql"
    }
  }
}

extension Needs {
  /// The servers that they come to.
  package var servers: [ServerName] {
    var servers: [ServerName] = []
    if contains(.redis) { servers.append(.redis) }
    if contains(.fiveRedis) { servers += (0..<5).map { .node($0) } }
    if contains(.redisCluster) { servers += (0..<3).map { .master($0) } }
    if contains(.postgres) { servers.append(.postgres) }
    if contains(.twoPostgres) { servers += (0..<2).map { .shard($0) } }
    if contains(.mysql) { servers.append(.mysql) }
    return servers
  }
}
