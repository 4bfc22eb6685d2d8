// What a session's connections are for: the ones that calls use, and those for what goes on beside a
// call, for locks, or to one of several servers.

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
struct DatabaseLine: Sendable, Hashable {
  let server: ServerName
  /// Whether it is for locks, which outlive transactions. It touches no stock.
  var isForLocks = false

  static let postgres = DatabaseLine(server: .postgres)
  static let mysql = DatabaseLine(server: .mysql)

  /// One of several PostgreSQL servers, from 0.
  static func shard(_ place: Int) -> DatabaseLine { DatabaseLine(server: .shard(place)) }

  /// The one beside it that is for locks.
  var forLocks: DatabaseLine { DatabaseLine(server: server, isForLocks: true) }

  /// Whether every call needs it, so that it is opened before the first; others at their first use.
  var isMain: Bool { server.isAlone && !isForLocks }
}
