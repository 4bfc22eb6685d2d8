// Connections beside the two that every session has: they are opened at their first use and used by
// strategies that wait for messages, renew a lease meanwhile, or hold locks apart from their data.
// Losing one never tells anything about the stock, so all its failures are definite.

import Drivers

/// A session's connections to Redis.
enum RedisLine: Sendable, Hashable {
  /// The one that calls use.
  case main
  /// For what goes on beside a call, such as a watchdog.
  case aside
  /// One of several independent servers, from 0.
  case node(Int)
}

/// What a session has opened on demand.
struct FurtherConnections {
  fileprivate var redis: [RedisLine: RedisConnection] = [:]
  fileprivate var postgres: PostgresConnection?
  fileprivate var subscription: RedisSubscription?
  /// The channels subscribed to, at most one at a time.
  fileprivate var channel: String?

  func close() {
    for connection in redis.values { connection.close() }
    postgres?.close()
    subscription?.close()
  }
}

extension Session {
  /// The server's commands, over a connection that a call's own commands don't use.
  var aside: RedisCommands { RedisCommands(session: self, line: .aside) }

  /// The commands of one of several independent servers.
  func node(_ number: Int, patience: Int64) -> RedisCommands {
    RedisCommands(session: self, line: .node(number), patience: patience)
  }

  /// Statements over a connection that holds locks and touches no stock.
  var lockSession: PostgresCommands { PostgresCommands(session: self, isForLocks: true) }

  func open(_ line: RedisLine, by deadline: Int64) async throws(Failure) -> RedisConnection {
    if let connection = further.redis[line], connection.isOpen { return connection }
    let connection = try await RedisConnection.open(
      try address(of: line), on: loop, deadline: deadline)
    connection.gate = gate
    // What a watchdog does is no step of the call beside it.
    if line != .aside { connection.trace = trace }
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
    }
  }

  func openLockConnection() async throws(Failure) -> PostgresConnection {
    if let connection = further.postgres, connection.isOpen { return connection }
    guard let address = topology.postgres else { throw .definite(.connectionRefused) }
    let connection = try await PostgresConnection.open(address, on: loop, deadline: deadline)
    connection.trace = trace
    connection.gate = gate
    further.postgres = connection
    return connection
  }
}

/// Messages of one channel, as a strategy waits for them.
struct Messages {
  fileprivate let subscription: RedisSubscription

  /// The next message, or nil when none came by a moment.
  func next(until moment: Int64) async throws(Failure) -> RedisSubscription.Message? {
    try await subscription.next(deadline: moment)
  }
}

extension Session {
  /// Subscribes to a channel instead of the one before: when it returns, every later message
  /// arrives.
  func subscribe(to channel: String) async throws(Failure) -> Messages {
    let subscription = try await openSubscription()
    if further.channel != channel {
      await unsubscribe()
      try await subscription.subscribe(channel, deadline: deadline)
      further.channel = channel
    }
    return Messages(subscription: subscription)
  }

  /// Ends the subscription, if there is one: messages nobody waits for would wake the next wait.
  func unsubscribe() async {
    guard let channel = further.channel, let subscription = further.subscription else { return }
    further.channel = nil
    do throws(Failure) {
      try await subscription.unsubscribe(channel, deadline: deadline)
    } catch {
      // Its connection is closed then, and the next wait opens another.
      subscription.close()
    }
  }

  private func openSubscription() async throws(Failure) -> RedisSubscription {
    if let subscription = further.subscription, subscription.isOpen { return subscription }
    guard let address = topology.redis else { throw .definite(.connectionRefused) }
    let subscription = try await RedisSubscription.open(address, on: loop, deadline: deadline)
    further.subscription = subscription
    further.channel = nil
    return subscription
  }
}
