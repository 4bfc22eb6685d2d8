// The stock is read before the lock is waited for, and written under it from what was read.
// Broken on purpose: the lock protects the write and not the number it is computed from.

import Drivers
import History

struct MySQLReadBeforeLock: MySQLStock, ReadsBeforeLock {
  static let card = StrategyCard(
    name: "mysql-read-before-lock", family: .mysqlLock,
    summary: "BEGIN and SELECT, then Redisson's lock, then UPDATE", needs: [.redis, .mysql],
    expected: .violation, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .mysqlForgets],
    note: "A buyer who waits for the lock writes one less than there was before the wait.")

  let lock = RedissonLock()
}
