// Connections beside the two that every session has: they are opened at their first use and used by
// strategies that wait for messages, renew a lease meanwhile, hold locks apart from their data, or
// keep their data on several servers. Opening one has no effect on any stock.

import Drivers

/// A session's connections to Redis.
package enum RedisLine: Sendable, Hashable {
  /// The one that calls use.
  case main
  /// For what goes on beside a call, such as a watchdog.
  case aside
  /// One of several independent servers, from 0.
  case node(Int)
  /// One of a cluster's masters, from 0.
  case master(Int)
}

/// A session's connections to databases.
enum DatabaseLine: Sendable, Hashable {
  /// The one to PostgreSQL that calls use.
  case main
  /// To PostgreSQL, for locks, which outlive transactions. It touches no stock.
  case locks
  /// To one of several PostgreSQL servers, from 0.
  case shard(Int)
  /// The one to MySQL that calls use.
  case mysql
  /// To MySQL, for locks.
  case mysqlLocks

  var isMySQL: Bool { self == .mysql || self == .mysqlLocks }

  var isForLocks: Bool { self == .locks || self == .mysqlLocks }
}

/// What a session has opened on demand.
struct FurtherConnections {
  fileprivate var redis: [RedisLine: RedisConnection] = [:]
  fileprivate var databases: [DatabaseLine: any DatabaseConnection] = [:]
  fileprivate var subscription: RedisSubscription?
  /// The channels subscribed to, at most one at a time.
  fileprivate var channel: String?
  /// How many are being opened.
  var openings = 0
  /// Which master of a cluster has which slot, once it was asked.
  var slots: SlotMap?

  /// The subscription, if one is open.
  var openSubscription: RedisSubscription? {
    subscription?.isOpen == true ? subscription : nil
  }

  /// Connections on which a transaction may be open, beside the main one.
  var shards: [any DatabaseConnection] {
    databases.compactMap { line, connection in line.isForLocks ? nil : connection }
  }

  /// A connection to a database that has been opened.
  func open(_ line: DatabaseLine) -> (any DatabaseConnection)? { databases[line] }

  /// The servers' numbers of the open sessions with databases among them.
  var backends: [Int32] {
    databases.values.filter(\.isOpen).compactMap { connection in
      if let postgres = connection as? PostgresConnection { return postgres.backend }
      return (connection as? MySQLConnection).map { Int32(truncatingIfNeeded: $0.backend) }
    }
  }

  /// Loses connections to a Redis; messages come from the main one.
  fileprivate func loseRedis(_ isLost: (RedisLine) -> Bool) {
    for (line, connection) in redis where isLost(line) { connection.close() }
    if isLost(.main) { subscription?.close() }
  }

  fileprivate func losePostgres() {
    for (line, connection) in databases where !line.isMySQL { connection.close() }
  }

  /// Whether one that was opened has been lost.
  var hasLost: Bool {
    redis.values.contains { !$0.isOpen } || databases.values.contains { !$0.isOpen }
      || subscription?.isOpen == false
  }

  func close() {
    for connection in redis.values { connection.close() }
    for connection in databases.values { connection.close() }
    subscription?.close()
  }
}

extension Session {
  /// Loses connections to a Redis that has died.
  func loseRedis(_ isLost: (RedisLine) -> Bool) {
    if isLost(.main) { redisConnection?.close() }
    further.loseRedis(isLost)
  }

  /// Loses connections to a PostgreSQL that has died.
  func losePostgres() {
    postgresConnection?.close()
    further.losePostgres()
  }

  /// The server's commands, over a connection that a call's own commands don't use.
  var aside: RedisCommands { RedisCommands(session: self, line: .aside) }

  /// The commands of one of several independent servers.
  func node(_ number: Int, patience: Int64) -> RedisCommands {
    RedisCommands(session: self, line: .node(number), patience: patience)
  }

  /// Statements over a connection that holds locks and touches no stock.
  var lockSession: SQLCommands { SQLCommands(session: self, line: .locks) }

  /// The same on MySQL.
  var mysqlLockSession: SQLCommands { SQLCommands(session: self, line: .mysqlLocks) }

  /// Statements on one of several servers.
  func shard(_ number: Int) -> SQLCommands {
    SQLCommands(session: self, line: .shard(number))
  }

  func open(_ line: RedisLine, by deadline: Int64) async throws(Failure) -> RedisConnection {
    if let connection = further.redis[line], connection.isOpen { return connection }
    let connection = try await opening {
      () async throws(Failure) in
      try await RedisConnection.open(
        try address(of: line), on: loop, deadline: deadline, name: connectionName)
    }
    // A scheduler tells what goes on beside a call from the call itself, and server from server.
    connection.gate = lineGate?(line) ?? gate
    // What a watchdog does is no step of the call beside it.
    if line != .aside { connection.trace = connectionTrace }
    further.redis[line] = connection
    return connection
  }

  private func address(of line: RedisLine) throws(Failure) -> RedisAddress {
    switch line {
    case .main, .aside:
      guard let address = topology.redis else { throw .definite(.connectionRefused) }
      return address
    case .node(let number):
      guard topology.nodes.indices.contains(number) else { throw .definite(.connectionRefused) }
      return topology.nodes[number]
    case .master(let number):
      guard topology.masters.indices.contains(number) else { throw .definite(.connectionRefused) }
      return topology.masters[number]
    }
  }

  func open(_ line: DatabaseLine) async throws(Failure) -> any DatabaseConnection {
    if let connection = further.databases[line], connection.isOpen { return connection }
    let deadline = commandDeadline(deadline)
    let connection: any DatabaseConnection = try await opening {
      () async throws(Failure) in try await connect(line, by: deadline)
    }
    connection.trace = connectionTrace
    connection.gate = gate
    further.databases[line] = connection
    return connection
  }

  private func connect(
    _ line: DatabaseLine, by deadline: Int64
  ) async throws(Failure) -> any DatabaseConnection {
    let postgres: PostgresAddress?
    switch line {
    case .mysql, .mysqlLocks:
      guard let address = topology.mysql else { throw .definite(.connectionRefused) }
      return try await MySQLConnection.open(
        address, on: loop, deadline: deadline, name: connectionName)
    case .main, .locks: postgres = topology.postgres
    case .shard(let number):
      postgres = topology.shards.indices.contains(number) ? topology.shards[number] : nil
    }
    guard let postgres else { throw .definite(.connectionRefused) }
    return try await PostgresConnection.open(
      postgres, on: loop, deadline: deadline, name: connectionName)
  }
}

/// Messages of one channel, as a strategy waits for them.
struct Messages {
  fileprivate let subscription: RedisSubscription
  fileprivate let session: Session

  /// The next message, or nil when none came by a moment.
  func next(until moment: Int64) async throws(Failure) -> RedisSubscription.Message? {
    guard session.time != nil else { return try await subscription.next(deadline: moment) }
    let (subscription, deadline) = (subscription, session.commandDeadline(moment))
    return try await session.wait(until: moment, wake: subscription.interrupt) {
      (alarm) async throws(Failure) in
      alarm.hasRung ? nil : try await subscription.next(deadline: deadline)
    }
  }
}

extension Session {
  /// Subscribes to a channel instead of the one before: when it returns, every later message
  /// arrives.
  func subscribe(to channel: String) async throws(Failure) -> Messages {
    let subscription = try await openSubscription()
    if further.channel != channel {
      await unsubscribe()
      try await subscription.subscribe(channel, deadline: commandDeadline(deadline))
      further.channel = channel
    }
    return Messages(subscription: subscription, session: self)
  }

  /// Ends the subscription, if there is one: messages nobody waits for would wake the next wait.
  func unsubscribe() async {
    guard let channel = further.channel, let subscription = further.subscription else { return }
    further.channel = nil
    do throws(Failure) {
      try await subscription.unsubscribe(channel, deadline: commandDeadline(deadline))
    } catch {
      // Its connection is closed then, and the next wait opens another.
      subscription.close()
    }
  }

  /// Counts the connections that are being opened, which no gate sees.
  private func opening<Connection>(
    _ open: () async throws(Failure) -> Connection
  ) async throws(Failure) -> Connection {
    further.openings += 1
    defer { further.openings -= 1 }
    return try await open()
  }

  private func openSubscription() async throws(Failure) -> RedisSubscription {
    if let subscription = further.subscription, subscription.isOpen { return subscription }
    guard let address = topology.redis else { throw .definite(.connectionRefused) }
    let deadline = commandDeadline(deadline)
    let subscription = try await opening {
      () async throws(Failure) in
      try await RedisSubscription.open(
        address, on: loop, deadline: deadline, name: connectionName)
    }
    subscription.gate = gate
    further.subscription = subscription
    further.channel = nil
    return subscription
  }
}
