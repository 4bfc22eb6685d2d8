// A Redisson-style lock around a transaction in MySQL: begun under the lock, so that its snapshot is.

import Drivers
import History

package struct MySQLRedissonLock: MySQLStock, LockedStock {
  package static let card = StrategyCard(
    name: "mysql-redisson-lock", family: .mysqlLock,
    summary: "Redisson's lock, then BEGIN, SELECT, UPDATE, COMMIT", needs: [.redis, .mysql],
    expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .mysqlForgets],
    note: "The lock is taken before the first read, so the snapshot is fresh. A paused client or a "
      + "failover gives the lock to two, and nothing in MySQL refuses the second.",
    origin: RedissonLock.origin)

  package let lock = RedissonLock()

  package init() {}
}
