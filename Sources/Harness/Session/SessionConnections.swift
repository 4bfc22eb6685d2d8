// A session's connections. Those that every call uses are opened before the first; others at their
// first use, by strategies that wait for messages, renew a lease meanwhile, hold locks apart from their
// data, or keep their data on several servers. Opening one has no effect on any stock.

import Drivers

/// The connections of one session. All that are opened get its gate, its trace and its name.
///
/// Confined to the loop's thread.
final class SessionConnections {
  private let topology: Topology
  private let loop: EventLoop
  /// The databases that calls use.
  private let mainRoutes: [DatabaseRoute]
  /// What the servers know the connections by; nil: nothing.
  var name: String?
  /// Passed by every command; nil lets all pass.
  var gate: (any CommandGate)?
  /// The gates of further connections to Redis, where each has its own.
  var routeGate: ((RedisRoute) -> any CommandGate)?
  /// Where steps are recorded; nil where a scheduler keeps the record.
  var trace: CommandTrace?

  /// The Redis that calls use.
  private(set) var redis: RedisConnection?
  private var redisConnections: [RedisRoute: RedisConnection] = [:]
  /// Few, so that they are looked through faster than hashed.
  private var databases: [(route: DatabaseRoute, connection: any DatabaseConnection)] = []
  private var subscription: RedisSubscription?
  /// The channel subscribed to.
  private(set) var channel: String?
  /// Which master of a cluster has which slot, once it was asked.
  var slots: SlotMap?
  /// How many are being opened, which no gate sees.
  private(set) var openings = 0

  init(to topology: Topology, on loop: EventLoop) {
    self.topology = topology
    self.loop = loop
    mainRoutes = topology.databases.map { DatabaseRoute(server: $0) }.filter(\.isMain)
  }

  /// Whether all that calls use are open.
  var isConnected: Bool {
    (topology.redis == nil || redis?.isOpen == true)
      && mainRoutes.allSatisfy { database($0)?.isOpen == true }
  }

  /// Whether all that calls use, and all that were opened beside, can be used.
  var isWhole: Bool {
    isConnected && redisConnections.values.allSatisfy(\.isOpen)
      && databases.allSatisfy(\.connection.isOpen) && subscription?.isOpen != false
  }

  /// A connection to a database that was opened.
  func database(_ route: DatabaseRoute) -> (any DatabaseConnection)? {
    for known in databases where known.route == route { return known.connection }
    return nil
  }

  /// Those on which a transaction may be open.
  var forTransactions: [any DatabaseConnection] {
    databases.filter { !$0.route.isForLocks }.map(\.connection)
  }

  /// The servers' numbers of the open sessions with databases.
  var backends: [Int32] {
    databases.filter(\.connection.isOpen).map(\.connection.backendNumber)
  }

  func close() { lose(redis: { _ in true }, databases: { _ in true }) }

  /// Loses connections to servers that have died; messages come from the Redis that calls use.
  func lose(
    redis isRedisLost: (RedisRoute) -> Bool = { _ in false },
    databases isDatabaseLost: (ServerName) -> Bool = { _ in false }
  ) {
    for (route, connection) in redisConnections where isRedisLost(route) { connection.close() }
    if isRedisLost(.main) {
      redis?.close()
      subscription?.close()
    }
    for (route, connection) in databases where isDatabaseLost(route.server) { connection.close() }
  }
}

// MARK: Opening

extension SessionConnections {
  /// Opens those that calls use, where they are not open.
  func open(by deadline: Int64) async throws(Failure) {
    if let address = topology.redis, redis?.isOpen != true {
      redis = try await open(address, gate: gate, trace: trace, by: deadline)
    }
    for route in mainRoutes where database(route)?.isOpen != true {
      _ = try await open(route, by: deadline)
    }
  }

  /// A connection to Redis, opened if it is not open.
  func redis(_ route: RedisRoute, by deadline: Int64) async throws(Failure) -> RedisConnection {
    if route == .main {
      guard let redis else { throw .definite(.connectionClosed) }
      return redis
    }
    if let connection = redisConnections[route], connection.isOpen { return connection }
    guard let address = topology.redis(of: route) else { throw .definite(.connectionRefused) }
    // A scheduler tells what goes on beside a call from the call itself, and server from server. What a
    // watchdog does is no step of the call beside it.
    let connection = try await open(
      address, gate: routeGate?(route) ?? gate, trace: route == .background ? nil : trace,
      by: deadline)
    redisConnections[route] = connection
    return connection
  }

  /// A connection to a database; one that calls use is not opened again under a call.
  func database(
    _ route: DatabaseRoute, by deadline: Int64
  ) async throws(Failure) -> any DatabaseConnection {
    if let connection = database(route), route.isMain || connection.isOpen { return connection }
    if route.isMain { throw .definite(.connectionClosed) }
    return try await open(route, by: deadline)
  }

  private func open(
    _ address: RedisAddress, gate: (any CommandGate)?, trace: CommandTrace?, by deadline: Int64
  ) async throws(Failure) -> RedisConnection {
    openings += 1
    defer { openings -= 1 }
    let connection = try await RedisConnection.open(
      address, on: loop, deadline: deadline, name: name)
    connection.gate = gate
    connection.trace = trace
    return connection
  }

  private func open(
    _ route: DatabaseRoute, by deadline: Int64
  ) async throws(Failure) -> any DatabaseConnection {
    guard let address = topology.database(route.server) else {
      throw .definite(.connectionRefused)
    }
    openings += 1
    defer { openings -= 1 }
    let connection = try await address.open(on: loop, by: deadline, name: name)
    keep(connection, as: route)
    return connection
  }

  private func keep(_ connection: any DatabaseConnection, as route: DatabaseRoute) {
    connection.gate = gate
    connection.trace = trace
    databases.removeAll { $0.route == route }
    databases.append((route, connection))
  }

  /// Takes over another session's connections to databases as if they were new ones, those that calls
  /// use and on which no transaction is open.
  func takeDatabases(from other: SessionConnections) async {
    for route in mainRoutes {
      guard let connection = other.database(route), connection.transactionStatus == .idle else {
        continue
      }
      do throws(Failure) {
        try await connection.renew()
      } catch {
        connection.close()
        continue
      }
      other.databases.removeAll { $0.route == route }
      keep(connection, as: route)
    }
  }
}

// MARK: Messages

extension SessionConnections {
  /// The subscription, if one is open.
  var openSubscription: RedisSubscription? {
    subscription?.isOpen == true ? subscription : nil
  }

  /// Subscribes to a channel instead of the one before: when it returns, every later message arrives.
  func subscribe(to channel: String, by deadline: Int64) async throws(Failure) -> RedisSubscription
  {
    let subscription = try await subscription(by: deadline)
    if self.channel != channel {
      await unsubscribe(by: deadline)
      try await subscription.subscribe(channel, deadline: deadline)
      self.channel = channel
    }
    return subscription
  }

  /// Ends the subscription, if there is one.
  func unsubscribe(by deadline: Int64) async {
    guard let channel, let subscription else { return }
    self.channel = nil
    do throws(Failure) {
      try await subscription.unsubscribe(channel, deadline: deadline)
    } catch {
      // Its connection is closed then, and the next wait opens another.
      subscription.close()
    }
  }

  private func subscription(by deadline: Int64) async throws(Failure) -> RedisSubscription {
    if let openSubscription { return openSubscription }
    guard let address = topology.redis else { throw .definite(.connectionRefused) }
    openings += 1
    defer { openings -= 1 }
    let subscription = try await RedisSubscription.open(
      address, on: loop, deadline: deadline, name: name)
    subscription.gate = gate
    self.subscription = subscription
    channel = nil
    return subscription
  }
}
