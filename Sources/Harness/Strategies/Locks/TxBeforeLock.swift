// The transaction begins, and has read, before the lock is waited for. At REPEATABLE READ its
// snapshot is as old as that first query (PostgreSQL manual §13.2.2): it reads a stock that others
// have changed meanwhile, and its UPDATE is refused with 40001. Nothing is oversold; most buyers
// that had to wait are turned away, each having held a connection all the while.

import Drivers
import History

struct TxBeforeLock: LockedStock {
  static let card = StrategyCard(
    name: "tx-before-lock", family: .wrongOrder,
    summary: "BEGIN REPEATABLE READ and SELECT, then Redisson's lock", needs: [.redis, .postgres],
    expected: .linearizable, bears: [.severalUnits, .restocks],
    // Most buyers that had to wait.
    refusals: ["40001 serialization_failure"],
    note: "PostgreSQL refuses to overwrite what the snapshot has not seen (40001); MySQL's "
      + "REPEATABLE READ would not.")

  let lock = RedissonLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin(.repeatableRead)
    // Whatever is read here, such as the product's page, takes the snapshot.
    _ = try await session.postgres.int(.selectUnits, item.number)
    return try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await readModifyWrite(units, of: item, in: session.postgres)
    }
  }
}
