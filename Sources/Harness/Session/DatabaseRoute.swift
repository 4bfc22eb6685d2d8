// Which of a session's connections to databases a statement takes.

/// One of a session's connections to databases.
struct DatabaseRoute: Sendable, Hashable {
  let server: ServerName
  /// Whether it is for locks, which outlive transactions. It touches no stock.
  var isForLocks = false

  static let postgres = DatabaseRoute(server: .postgres)
  static let mysql = DatabaseRoute(server: .mysql)

  /// One of several PostgreSQL servers, from 0.
  static func shard(_ place: Int) -> DatabaseRoute { DatabaseRoute(server: .shard(place)) }

  /// The one beside it that is for locks.
  var forLocks: DatabaseRoute { DatabaseRoute(server: server, isForLocks: true) }

  /// Whether every call needs it, so that it is opened before the first; others at their first use.
  var isMain: Bool { server.isAlone && !isForLocks }
}
