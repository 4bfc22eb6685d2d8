// PostgreSQL's advisory lock of a transaction: taken after BEGIN, freed by COMMIT or ROLLBACK.
// One connection, no unlock to forget, fit for a pool that lends connections per transaction. At
// READ COMMITTED what is read after the lock is fresh (PostgreSQL manual §13.2.1).

package import Drivers
package import History

package struct NamedLockXact: PostgresStock {
  package static let card = StrategyCard(
    name: "named-lock-xact", family: .postgres,
    summary: "BEGIN, pg_advisory_xact_lock, SELECT, UPDATE, COMMIT", needs: .postgres,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "The lock ends with the transaction, at the moment its writes are seen.")

  package var lock = NamedLockXact.exclusive

  private static let setTimeout = Statement(
    "LOCK TIMEOUT", "SET LOCAL lock_timeout = '2s'", effect: .onLockOnly)
  /// SET takes no parameters.
  private static let setOtherTimeout = Statement(
    "LOCK TIMEOUT", "SELECT set_config('lock_timeout', $1, true)", effect: .onLockOnly)
  package static let exclusive = Statement(
    "LOCK", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", effect: .onLockOnly)

  package init() {}

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let hold = try await begin(item, in: session)
    let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else {
      session.noteReleased(hold)
      try await session.postgres.rollback()
      return .soldOut
    }
    try await session.postgres.run(.setUnits, left - units, item.number)
    session.noteReleased(hold)
    try await session.postgres.commit()
    return .left(left - units)
  }

  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    let hold = try await begin(item, in: session)
    try await session.postgres.run(.addUnits, units, item.number)
    session.noteReleased(hold)
    try await session.postgres.commit()
  }

  /// Begins a transaction that holds the item's lock.
  private func begin(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let waiting = LockWait(in: session)
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    try await session.postgres.begin()
    if let wait = session.locks.wait {
      try await session.postgres.rows(Self.setOtherTimeout, [.text("\(wait / 1_000_000)ms")])
    } else {
      try await session.postgres.rows(Self.setTimeout, [])
    }
    let asked = session.now
    session.connectionUse.beginWaiting()
    defer { session.connectionUse.endWaiting() }
    do throws(Failure) {
      try await session.postgres.rows(lock, [.text(item.lock)])
    } catch {
      throw error.isLockTimeout ? .notGranted : error
    }
    session.noteGranted(hold, after: waiting, asked: asked, lease: nil)
    return hold
  }
}
