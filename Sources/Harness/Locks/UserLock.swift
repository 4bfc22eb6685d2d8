// MySQL's lock by name, GET_LOCK, on a connection of its own, so that the transactions it protects come
// and go under it (MySQL manual, "Locking Functions"). The server frees it when the connection ends; it
// has no lease. A session that has it gets it again, and must release it as often.

package import Drivers

package struct UserLock: Lock {
  /// Longest wait, in ms. MySQL counts in whole seconds: what is left over counts as one.
  package var wait = 2000
  /// Whether it looks at the answer, which alone says whether the lock was granted: 1, 0 after the
  /// wait, NULL on an error.
  package var isAnswerRead = true

  package init() {}

  package var waits: Bool { false }

  package static let get = Statement("GET_LOCK", "SELECT GET_LOCK($1, $2)", effect: .onLockOnly)
  private static let release = Statement(
    "RELEASE_LOCK", "SELECT RELEASE_LOCK($1)", effect: .onLockOnly)

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let waiting = LockWait(in: session)
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    let wait = session.lockWait(Int64(wait) * 1_000_000)
    let seconds = Int((wait + 999_999_999) / 1_000_000_000)
    let asked = session.now
    let answer = try await session.mysql.forLocks.rows(
      Self.get, [.text(item.lock), .integer(seconds)])
    if isAnswerRead {
      switch answer.integer() {
      case 1: break
      case nil: throw .gaveUp("GET_LOCK answered NULL")
      default: throw .notGranted
      }
    }
    session.noteGranted(hold, after: waiting, asked: asked, lease: nil)
    return hold
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let rows = try? await session.mysql.forLocks.rows(Self.release, [.text(hold.item.lock)])
    // 0 or NULL: another session holds it, or nobody, as after a reconnect.
    if let rows, rows.integer() != 1 { session.noteLost(hold) }
  }
}
