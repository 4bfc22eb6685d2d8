// What the servers of a topology are called: in events, settings of faults, replay tokens. The only
// place where such a name is put together or read.

/// One server of a topology.
package struct ServerName: Sendable {
  package let role: Role
  /// Which of the role's, from 0.
  package let place: Int

  package init(_ role: Role, _ place: Int = 0) {
    self.role = role
    self.place = place
  }

  /// The only Redis.
  package static let redis = ServerName(.redis)
  /// One of several independent Redis servers, from 0.
  package static func node(_ place: Int) -> ServerName { ServerName(.fiveRedis, place) }
  /// One of a Redis cluster's masters, from 0.
  package static func master(_ place: Int) -> ServerName { ServerName(.redisCluster, place) }
  /// The only PostgreSQL.
  package static let postgres = ServerName(.postgres)
  /// One of several PostgreSQL servers, from 0.
  package static func shard(_ place: Int) -> ServerName { ServerName(.twoPostgres, place) }
  /// The only MySQL.
  package static let mysql = ServerName(.mysql)

  /// The server that a session's connection to Redis leads to.
  package init(_ route: RedisRoute) {
    self =
      switch route {
      case .main, .background: .redis
      case .node(let place): .node(place)
      case .master(let place): .master(place)
      }
  }

  /// Every server that some strategy has.
  package static let all = Needs.all.servers

  /// Reads a name.
  package init?(_ word: some StringProtocol) {
    guard let server = Self.all.first(where: { $0.description == word }) else { return nil }
    self = server
  }

  package var kind: BackendKind { role.kind }

  /// Whether it is the only one of its kind.
  package var isAlone: Bool { role.count == 1 }

  /// Its number in the tokens of explorations, which have room for numbers below 256.
  package var number: Int { role.firstNumber + place }

  /// The server of a number.
  package init?(number: Int) {
    guard let server = Self.all.first(where: { $0.number == number }) else { return nil }
    self = server
  }
}

extension ServerName: Hashable {
  // Its number is its own, and sessions look connections up by it for every statement.
  package static func == (one: ServerName, other: ServerName) -> Bool { one.number == other.number }
  package func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension ServerName: CustomStringConvertible {
  /// `redis`, `redis-3`, `cluster-1`, `postgres`, `postgres-2`, `mysql`: people count from 1.
  package var description: String {
    isAlone ? kind.name : "\(role.isCluster ? "cluster" : kind.name)-\(place + 1)"
  }
}
