// How many database connections the clients of a run hold at once: what a connection pool would have
// to lend. One is held from a statement's or transaction's begin to its end; one that holds a lock,
// until that is released. Of those held by a client that waits for a lock (by name: a row's lock is
// waited for on the server, out of sight), nobody else can make use meanwhile.

/// The most database connections that were held at once, over all clients.
public struct ConnectionPeak: Codable, Sendable, Hashable {
  public var held: Int
  /// The most that were held by clients that waited for a lock.
  public var waiting: Int

  public init(held: Int, waiting: Int) {
    self.held = held
    self.waiting = waiting
  }
}

/// Counts over all clients. Confined to the loop's thread.
final class ConnectionCount {
  private(set) var now = ConnectionPeak(held: 0, waiting: 0)
  private(set) var peak = ConnectionPeak(held: 0, waiting: 0)

  /// Forgets the peak so far.
  func restart() { peak = now }

  fileprivate func change(held: Int, waiting: Int) {
    now.held += held
    now.waiting += waiting
    peak.held = max(peak.held, now.held)
    peak.waiting = max(peak.waiting, now.waiting)
  }
}

/// One session's part of it.
struct ConnectionUse {
  var count: ConnectionCount?
  private var held: Set<DatabaseRoute> = []
  /// Whether the client waits for a lock.
  private(set) var isWaiting = false

  mutating func hold(_ route: DatabaseRoute) { update { $0.held.insert(route) } }

  mutating func release(_ route: DatabaseRoute) { update { $0.held.remove(route) } }

  /// All but the one that holds locks, which its release gives back.
  mutating func releaseTransactions() { update { $0.held = $0.held.filter(\.isForLocks) } }

  /// Those that hold locks.
  mutating func releaseLocks() { update { $0.held = $0.held.filter { !$0.isForLocks } } }

  mutating func releaseAll() { update { $0.held.removeAll() } }

  mutating func beginWaiting() { update { $0.isWaiting = true } }

  mutating func endWaiting() { update { $0.isWaiting = false } }

  private mutating func update(_ change: (inout ConnectionUse) -> Void) {
    let (heldBefore, waitingBefore) = (held.count, isWaiting ? held.count : 0)
    change(&self)
    count?.change(
      held: held.count - heldBefore, waiting: (isWaiting ? held.count : 0) - waitingBefore)
  }
}
