// The transaction begins, and has read, before the lock is waited for. At REPEATABLE READ, MySQL's
// standard, its snapshot is as old as that first read (MySQL manual, "Consistent Nonlocking Reads"): under
// the lock it reads a stock that others have changed meanwhile, and its UPDATE goes through all the same.
// Broken on purpose: this is the lock that everybody takes and that protects nothing.

import Drivers
import History

struct MySQLTxBeforeLock: MySQLStock, TransactionBeforeLock {
  static let card = StrategyCard(
    name: "mysql-tx-before-lock", family: .mysqlLock,
    summary: "BEGIN and SELECT, then Redisson's lock, SELECT, UPDATE, COMMIT",
    needs: [.redis, .mysql], expected: .violation, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .mysqlForgets],
    note:
      "The second SELECT, inside the lock, still reads what the first one saw. PostgreSQL refuses "
      + "the write (40001: see tx-before-lock); MySQL, and MariaDB before 11.6.2, sell twice.")

  let isolation = SQLCommands.Isolation.standard
  let lock = RedissonLock()
}
