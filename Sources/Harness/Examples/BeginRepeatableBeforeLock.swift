// The same at REPEATABLE READ: BEGIN takes no snapshot, so that the first query, under the lock, sees
// the last owner's sale and nothing is refused.

import Drivers
import History

struct BeginRepeatableBeforeLock: LockedStock {
  static let card = StrategyCard(
    name: "begin-repeatable-before-lock", family: .wrongOrder,
    summary: "BEGIN REPEATABLE READ, then Redisson's lock, then SELECT",
    needs: [.redis, .postgres], expected: .linearizable,
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "The snapshot is as old as the first query, which comes after the lock.")

  let lock = RedissonLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin(.repeatableRead)
    return try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await readModifyWrite(units, of: item, in: session.postgres)
    }
  }
}
