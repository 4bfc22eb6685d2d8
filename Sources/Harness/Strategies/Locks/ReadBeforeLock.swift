// The stock is read before the lock is waited for, and written under it from what was read.
// Broken on purpose: the lock protects the write and not the number it is computed from. At READ
// COMMITTED nothing refuses it.

import Drivers
import History

struct ReadBeforeLock: LockedStock {
  static let card = StrategyCard(
    name: "read-before-lock", family: .wrongOrder,
    summary: "BEGIN and SELECT, then Redisson's lock, then UPDATE", needs: [.redis, .postgres],
    expected: .violation, bears: [.severalUnits, .restocks],
    note: "Whoever waits for the lock writes one less than what was there before the wait.")

  let lock = RedissonLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let postgres = session.postgres
    try await postgres.begin()
    let left = try await postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else {
      try await postgres.rollback()
      return .soldOut
    }
    return try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await postgres.run(.setUnits, left - units, item.number)
      try await postgres.commit()
      return .left(left - units)
    }
  }
}
