// tryLock(waitTime, leaseTime), as most people call Redisson's lock: a lease was asked for, so no
// watchdog renews it.

package struct LockRedissonLease: LockedStock {
  package static let card = StrategyCard(
    name: "redisson-lock-lease", family: .lock,
    summary: "Redisson's tryLock(wait, lease): no watchdog",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Holds up as long as every transaction is shorter than the lease (3 s, or --lease); one "
      + "that is longer goes on without the lock, and nothing at the database refuses it.",
    origin: RedissonLock.origin)

  package let lock = RedissonLock(lease: LockTimeouts().lease)

  package init() {}
}
