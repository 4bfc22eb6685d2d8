// A session's further connections, as strategies and locks see them, and the messages that they wait for.

package import Drivers

extension Session {
  /// The server's commands, over a connection that a call's own commands don't use.
  var background: RedisCommands { RedisCommands(session: self, route: .background) }

  /// The commands of one of several independent servers.
  package func node(_ number: Int, timeout: Int64) -> RedisCommands {
    RedisCommands(session: self, route: .node(number), timeout: timeout)
  }

  /// Statements on one of several PostgreSQL servers.
  func shard(_ number: Int) -> SQLCommands { SQLCommands(session: self, route: .shard(number)) }

  /// Subscribes to a channel instead of the one before: when it returns, every later message
  /// arrives.
  package func subscribe(to channel: String) async throws(Failure) -> Messages {
    let deadline = commandDeadline(deadline)
    return Messages(
      subscription: try await connections.subscribe(to: channel, by: deadline), session: self)
  }

  /// Ends the subscription, if there is one: messages nobody waits for would wake the next wait.
  func unsubscribe() async { await connections.unsubscribe(by: commandDeadline(deadline)) }
}

/// Messages of one channel, as a strategy waits for them.
package struct Messages {
  fileprivate let subscription: RedisSubscription
  fileprivate let session: Session

  /// The next message, or nil when none came by a moment.
  package func next(until moment: Int64) async throws(Failure) -> RedisSubscription.Message? {
    guard session.time != nil else { return try await subscription.next(deadline: moment) }
    let (subscription, deadline) = (subscription, session.commandDeadline(moment))
    return try await session.wait(until: moment, wake: subscription.interrupt) {
      (timer) async throws(Failure) in
      timer.hasFired ? nil : try await subscription.next(deadline: deadline)
    }
  }
}
