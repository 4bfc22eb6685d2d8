// Which of a session's connections to Redis a command takes.

/// One of a session's connections to Redis.
package enum RedisRoute: Sendable, Hashable {
  /// The one that calls use.
  case main
  /// For what goes on beside a call, such as a watchdog.
  case background
  /// One of several independent servers, from 0.
  case node(Int)
  /// One of a cluster's masters, from 0.
  case master(Int)
}
