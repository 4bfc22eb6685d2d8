// PostgreSQL's advisory lock of a session, the counterpart of MySQL's GET_LOCK: a lock by name, on a
// connection of its own, so that the transactions it protects come and go under it.
// PostgreSQL manual §13.3.5. The server frees it when the connection ends; it has no lease.

package import Drivers

package struct AdvisoryLock: Lock {
  /// Longest wait, in ms: `lock_timeout`, answered as 55P03.
  package var wait: Int
  package var lock = AdvisoryLock.exclusive

  package init(wait: Int = 2000) {
    self.wait = wait
  }

  package var waits: Bool { false }

  /// As GET_LOCK's second argument, the timeout is given each time.
  private static let setTimeout = Statement(
    "LOCK TIMEOUT", "SELECT set_config('lock_timeout', $1, false)", effect: .onLockOnly)
  // 64 bits of the name: of a billion names two share a lock with a chance of a few per cent.
  package static let exclusive = Statement(
    "LOCK", "SELECT pg_advisory_lock(hashtextextended($1, 0))", effect: .onLockOnly)
  private static let unlock = Statement(
    "UNLOCK", "SELECT pg_advisory_unlock(hashtextextended($1, 0))", effect: .onLockOnly)

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let waiting = LockWait(in: session)
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    let wait = session.lockWait(Int64(wait) * 1_000_000) / 1_000_000
    try await session.postgres.forLocks.rows(Self.setTimeout, [.text("\(wait)ms")])
    let asked = session.now
    do throws(Failure) {
      try await session.postgres.forLocks.rows(lock, [.text(item.lock)])
    } catch {
      throw error.isLockTimeout ? .notGranted : error
    }
    session.noteGranted(hold, after: waiting, asked: asked, lease: nil)
    return hold
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let rows = try? await session.postgres.forLocks.rows(Self.unlock, [.text(hold.item.lock)])
    // False, with a warning: this session does not hold it, as after a reconnect.
    if rows?.boolean() == false { session.noteLost(hold) }
  }
}

extension Failure {
  /// 55P03, lock_not_available: `lock_timeout` has passed.
  var isLockTimeout: Bool {
    if case .server(code: "55P03", message: _) = reason { true } else { false }
  }
}
