// The stock is read before the lock is waited for, and written under it from what was read.
// Broken on purpose: the lock protects the write and not the number it is computed from. At READ
// COMMITTED nothing refuses it.

import Drivers
import History

struct ReadBeforeLock: ReadsBeforeLock {
  static let card = StrategyCard(
    name: "read-before-lock", family: .wrongOrder,
    summary: "BEGIN and SELECT, then Redisson's lock, then UPDATE", needs: [.redis, .postgres],
    expected: .violation, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "A buyer who waits for the lock writes one less than there was before the wait.")

  let lock = RedissonLock()
}
