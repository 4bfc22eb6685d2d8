// The lock is released before the transaction commits, as when both wrap the same method in the
// wrong order. Broken on purpose: the next owner reads what has not been committed yet, that is, the
// old stock, waits for the row, and overwrites it.

import Drivers
package import History

struct UnlockBeforeCommit: ReleasedBeforeCommit {
  static let card = StrategyCard(
    name: "unlock-before-commit", family: .wrongOrder,
    summary: "Redisson's lock, BEGIN, SELECT, UPDATE, unlock, then COMMIT",
    needs: [.redis, .postgres], expected: .violation, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Between the release and the commit the next owner reads the old stock.")

  let lock = RedissonLock()
}

/// Takes whose lock, whichever it is, is released before they commit.
package protocol ReleasedBeforeCommit: LockedStock {}

extension ReleasedBeforeCommit {
  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    let left = try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await database.begin()
      let left = try await database.int(.selectUnits, item.number) ?? 0
      if left >= units { try await database.run(.setUnits, left - units, item.number) }
      return left
    }
    guard left >= units else {
      try await database.rollback()
      return .soldOut
    }
    try await database.commit()
    return .left(left - units)
  }
}
