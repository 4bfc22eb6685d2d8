// A world's own connections: they set the stock, bring it back, watch, move leases and read what is
// held. No gate holds them and no client knows them.

import Drivers
import Harness

/// What serves a world.
struct Servants {
  /// One Redis server.
  struct Server {
    /// 0: the main one; from 1: the independent ones.
    let number: Int
    var connection: RedisConnection
    var snapshot: RedisSnapshot?
  }

  /// A process that is no client.
  var observer: ScheduledProcess?
  var redis: [Server] = []
  var databases: [Database] = []
  var mysql: MySQLServant?

  /// Whether the clients have sessions that a database rolls back when they end.
  var haveDatabases: Bool { !databases.isEmpty || mysql != nil }

  /// One PostgreSQL server.
  struct Database {
    var connection: PostgresConnection
    /// Asks who is blocked, beside whatever the other connection does.
    var looker: PostgresConnection
    var tables: PostgresSnapshot?
  }

  /// Waits until sessions are gone, and with them their transactions and locks: a backend leaves
  /// pg_stat_activity after it has rolled back.
  func waitUntilGone(_ backends: [Int32], on loop: EventLoop) async throws(Failure) {
    // Private servers share one machine, where no two processes have the same number.
    for database in databases {
      while try await database.connection.execute(Self.present, [.text(Self.list(backends))])
        .integer() != 0
      {
        await loop.sleep(for: 200_000)
      }
    }
    try await mysql?.waitUntilGone(backends, on: loop)
  }

  private static let present = Statement(
    "SELECT", "SELECT count(*)::int FROM pg_stat_activity WHERE pid = ANY ($1::int[])",
    effect: .read)

  /// Which sessions wait for a lock that another one holds or waits for (PostgreSQL manual,
  /// pg_blocking_pids): never stale, as pg_stat_activity is.
  ///
  /// `names` are the locks by name that MySQL's sessions are asking for.
  func blocked(
    among backends: [Int32], asking names: [String]
  ) async throws(Failure) -> Set<Int32> {
    var found = try await mysql?.blocked(among: backends, asking: names) ?? []
    for database in databases {
      let rows = try await database.looker.execute(Self.blocked, [.text(Self.list(backends))])
      for row in 0..<rows.count {
        if let backend = rows.integer(row, 0) { found.insert(Int32(backend)) }
      }
    }
    return found
  }

  private static let blocked = Statement(
    "SELECT",
    "SELECT pid FROM unnest($1::int[]) pid WHERE cardinality(pg_blocking_pids(pid)) > 0",
    effect: .read)

  private static func list(_ backends: [Int32]) -> String {
    "{" + backends.map(String.init).joined(separator: ",") + "}"
  }

  // MARK: Leases

  /// The keys that have a lease, with what is left of it in ms.
  func leases(
    of keys: KeyTable, prefix: String
  ) async throws(Failure) -> [(key: Int, left: Int)] {
    var leases: [(key: Int, left: Int)] = []
    for server in redis {
      let own = keys.keys.indices.filter { keys.keys[$0].server == server.number }
      let asked = own.map {
        RedisCommand("PTTL", [.text(prefix + keys.keys[$0].name)], effect: .read)
      }
      let replies = try await server.connection.send(asked)
      for (key, reply) in zip(own, replies) {
        if let left = reply.integer, left >= 0 { leases.append((key, left)) }
      }
    }
    return leases
  }

  func expire(_ key: StoredKey, prefix: String) async throws(Failure) {
    try await setLease(key, prefix: prefix, left: 0)
  }

  /// Gives a key so many ms yet; none left and the server deletes it (Redis manual, EXPIRE: "with a
  /// non-positive timeout … the key is deleted").
  func setLease(_ key: StoredKey, prefix: String, left: Int) async throws(Failure) {
    guard let server = redis.first(where: { $0.number == key.server }) else { return }
    let command = RedisCommand(
      "PEXPIRE", [.text(prefix + key.name), .integer(max(0, left))], effect: .write)
    _ = try await server.connection.send(command)
  }

  func close() {
    observer?.close()
    for server in redis { server.connection.close() }
    for database in databases {
      database.connection.close()
      database.looker.close()
    }
    mysql?.close()
  }
}

extension Choice {
  /// The server that it is about, where it is about one.
  var server: ServerName? { kind == .restart ? ServerName(number: Int(subject)) : nil }
}

extension Topology {
  /// What its only database is called, where it has one.
  var database: ServerName { mysql == nil ? .postgres : .mysql }
}
