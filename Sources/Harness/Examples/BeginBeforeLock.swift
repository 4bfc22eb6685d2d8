// BEGIN stands before the lock, and the first query after it. At READ COMMITTED every statement sees
// what is committed when it starts; at REPEATABLE READ a transaction sees what was committed at its
// first query, not at BEGIN (PostgreSQL manual §13.2). Either way it sees what the lock's last owner
// has left, and only a connection is held longer than need be.

import Drivers
import History

struct BeginBeforeLock: LockedStock {
  static let card = StrategyCard(
    name: "begin-before-lock", family: .wrongOrder,
    summary: "BEGIN, then Redisson's lock, then SELECT", needs: [.redis, .postgres],
    expected: .linearizable, vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Nothing is read before the lock is held.")

  let lock = RedissonLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    return try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await readModifyWrite(units, of: item, in: session.postgres)
    }
  }
}
