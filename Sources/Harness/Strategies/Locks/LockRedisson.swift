// A Redisson-style lock around the transaction: tryLock(wait), the watchdog renews the lease.

package struct LockRedisson: LockedStock {
  package static let card = StrategyCard(
    name: "redisson-lock", family: .lock, summary: "Redisson's lock, watchdog instead of a lease",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "The watchdog outlives slow transactions, not a paused client and not a failover: then "
      + "two hold the lock and nothing at the database refuses the second.",
    origin: RedissonLock.origin)

  package let lock = RedissonLock()

  package init() {}
}
