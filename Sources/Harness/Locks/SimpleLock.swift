// One attempt: who doesn't get the lock is turned away.

import Drivers

package struct SimpleLock: Lock {
  package var timeouts: LockTimeouts

  package init(timeouts: LockTimeouts = LockTimeouts()) {
    self.timeouts = timeouts
  }

  package var waits: Bool { false }

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    var waiting = LockWait(in: session)
    guard try await attempt(hold, &waiting, in: session) else { throw .notGranted }
    return hold
  }

  /// Takes the lock if it is free.
  package func attempt(
    _ hold: LockGrant, _ waiting: inout LockWait, in session: Session
  ) async throws(Failure) -> Bool {
    let asked = session.now
    let lease = session.leaseLength(timeouts.lease)
    guard
      try await RedisLease.take(
        hold.item.lock, owner: hold.owner, lease: lease, from: session.redis)
    else {
      waiting.noteRefused(in: session)
      return false
    }
    session.noteGranted(hold, after: waiting, asked: asked, lease: lease)
    return true
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let item = hold.item
    let wasOurs = try? await RedisLease.letGo(
      item.lock, owner: hold.owner, telling: item.channel, at: session.redis)
    if wasOurs == false { session.noteLost(hold) }
  }
}
