// The transaction begins, and has read, before the lock is waited for. At REPEATABLE READ its
// snapshot is as old as that first query (PostgreSQL manual §13.2.2): it reads a stock that others
// have changed meanwhile, and its UPDATE is refused with 40001. Nothing is oversold; most buyers
// that had to wait are turned away, each having held a connection all the while.

import Drivers
import History

package struct TxBeforeLock: TransactionBeforeLock {
  package static let card = StrategyCard(
    name: "tx-before-lock", family: .wrongOrder,
    summary: "BEGIN REPEATABLE READ and SELECT, then Redisson's lock", needs: [.redis, .postgres],
    expected: .linearizable, supports: [.severalUnits, .restocks],
    // Most buyers that had to wait.
    refusals: ["40001 serialization_failure"],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "PostgreSQL refuses to overwrite what the snapshot has not seen (40001); MySQL's "
      + "REPEATABLE READ does not: see mysql-tx-before-lock.")

  package let isolation = SQLCommands.Isolation.repeatableRead
  package let lock = RedissonLock()

  package init() {}
}
