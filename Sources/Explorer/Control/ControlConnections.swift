// A testbed's own connections: they set the stock, bring it back, look who is blocked, move leases and
// read what is held. No gate holds them and no client knows them.

import Drivers
import Harness

/// The control connections of a testbed, by server.
struct ControlConnections {
  /// A process that is no client.
  var observer: ScheduledProcess?
  var redis: [RedisControl] = []
  var postgres: [PostgresControl] = []
  var mysql: MySQLControl?

  /// Every database.
  private var databases: [any DatabaseControl] { postgres + (mysql.map { [$0] } ?? []) }

  /// Whether the clients have sessions that a database rolls back when they end.
  var haveDatabases: Bool { !postgres.isEmpty || mysql != nil }

  init() {}

  /// Connects to every server of a topology.
  init(
    _ topology: Topology, on loop: EventLoop, deadline: Int64
  ) async throws(Failure) {
    for (name, address) in topology.namedRedis {
      redis.append(
        try await RedisControl(
          of: name, at: address, prefix: topology.prefix, on: loop, deadline: deadline))
    }
    for address in topology.allPostgres {
      postgres.append(try await PostgresControl(of: address, on: loop, deadline: deadline))
    }
    if let address = topology.mysql {
      mysql = try await MySQLControl(of: address, on: loop, deadline: deadline)
    }
  }

  func close() {
    observer?.close()
    for server in redis { server.close() }
    for database in databases { database.close() }
  }

  // MARK: State

  /// Keeps what the servers hold, for schedules to begin with.
  func keep(_ keys: KeyTable, isOfProgram: Bool = false) async throws(Failure) {
    for server in redis { try await server.keep(keys) }
    for database in databases { try await database.keep(isOfProgram: isOfProgram) }
  }

  /// Brings the keys that were written back to what was kept.
  func restore(_ written: Set<KeyID>, _ keys: KeyTable) async throws(Failure) {
    for server in redis { try await server.restore(written, keys) }
  }

  /// Brings the tables back to what was kept.
  func restoreTables() async throws(Failure) {
    for database in databases { try await database.restore() }
  }

  /// What is held under known keys, and in the tables as others see them: one fact each, for the last
  /// column of a step table.
  func state(of keys: KeyTable, in topology: Topology) async throws(Failure) -> [String] {
    var facts: [String] = []
    for server in redis { facts += try await server.facts(of: keys, in: topology) }
    for database in databases { facts += try await database.rows() }
    return facts
  }

  // MARK: Sessions

  /// Waits until sessions are gone, and with them their transactions and locks.
  func waitUntilGone(_ sessions: [Int32], on loop: EventLoop) async throws(Failure) {
    for database in databases { try await database.waitUntilGone(sessions, on: loop) }
  }

  /// Which sessions wait for a lock that another one holds or waits for; `names` are the locks by name
  /// that they are asking for.
  func blocked(
    among sessions: [Int32], asking names: [String]
  ) async throws(Failure) -> Set<Int32> {
    var found: Set<Int32> = []
    for database in databases {
      found.formUnion(try await database.blocked(among: sessions, asking: names))
    }
    return found
  }

  // MARK: Leases

  /// The leases there are.
  func leases(of keys: KeyTable) async throws(Failure) -> [TransitionSystem.Lease] {
    var leases: [TransitionSystem.Lease] = []
    for server in redis { leases += try await server.leases(of: keys) }
    return leases
  }

  /// Makes every lease end so much later, in ms; sooner if negative. Returns the leases moved.
  func moveLeases(of keys: KeyTable, by milliseconds: Int) async throws(Failure) -> [KeyID] {
    let leases = try await leases(of: keys)
    for lease in leases {
      try await setLease(of: keys[lease.key], left: lease.left + milliseconds)
    }
    return leases.map(\.key)
  }

  /// Sets what is left of a key's lease, in ms; with none left it ends.
  func setLease(of key: StoredKey, left: Int) async throws(Failure) {
    try await redis.first { $0.name == key.server }?.setLease(of: key.name, left: left)
  }
}

extension Topology {
  /// What its only database is called, where it has one.
  var database: ServerName { mysql == nil ? .postgres : .mysql }
}
