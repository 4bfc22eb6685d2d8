// Redisson's watchdog: while a lock is held that no lease was asked for, its lease starts anew every
// third of `lockWatchdogTimeout`. Where Redisson has one timer per client instance, here each hold
// has its own task, over a connection that the critical section doesn't use.

import Drivers

/// Keeps a lock that is a hash of owners.
package struct RedissonWatchdog: Sendable {
  /// Redisson's lockWatchdogTimeout, in ms.
  package var timeout: Int

  package init(timeout: Int = 30_000) {
    self.timeout = timeout
  }

  /// Renews until the hold is over. If the lock is gone, Redisson forgets it silently and the owner
  /// is not told; only the history is.
  package func keep(_ hold: LockGrant, in session: Session) async {
    guard session.renewsLeases else { return }
    let timeout = session.leaseLength(timeout)
    let third = Int64(timeout) * 1_000_000 / 3
    while await !hold.isOver(by: session.now + third, in: session) {
      let asked = session.now
      let renewed = try? await session.background.eval(
        Self.renewal, keys: [hold.item.lock], arguments: [.integer(timeout), .text(hold.owner)])
      switch renewed?.integer {
      case 1: session.noteRenewed(hold, asked: asked, lease: timeout)
      case 0: return session.noteLost(hold)
      // Redisson logs the error and sets its timer again.
      default: continue
      }
    }
  }

  private static let renewal = Script(
    """
    if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then return 0 end
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    return 1
    """, effect: .onLockOnly)
}
