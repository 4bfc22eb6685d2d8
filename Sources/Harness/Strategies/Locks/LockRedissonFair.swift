// Redisson's fair lock around the transaction: those who wait stand in a queue.

package struct LockRedissonFair: LockedStock {
  package static let card = StrategyCard(
    name: "redisson-fair-lock", family: .lock, summary: "Redisson's fair lock: a queue of waiters",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "First come, first served, at a round trip to the next in line for every sale. A waiter "
      + "that has died holds up the queue until its place lapses.",
    origin: RedissonLock.origin)

  package let lock = FairLock()

  package init() {}
}
