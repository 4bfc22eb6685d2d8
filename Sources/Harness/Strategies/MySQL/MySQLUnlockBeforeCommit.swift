// The lock is released before the transaction commits, as where the lock is taken inside a method that is
// itself @Transactional. Broken on purpose: the next owner's snapshot has the old stock.

import Drivers
import History

struct MySQLUnlockBeforeCommit: MySQLStock, ReleasedBeforeCommit {
  static let card = StrategyCard(
    name: "mysql-unlock-before-commit", family: .mysqlLock,
    summary: "Redisson's lock, BEGIN, SELECT, UPDATE, unlock, then COMMIT",
    needs: [.redis, .mysql], expected: .violation, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .mysqlForgets],
    note: "Between the release and the commit the next owner reads the old stock.")

  let lock = RedissonLock()
}
