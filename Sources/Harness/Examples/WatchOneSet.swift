// One SET is queued between MULTI and EXEC, of a number computed before: check-and-set, as the Redis
// manual has it. EXEC executes it only if nobody has written the watched key.

import Drivers
import History

struct WatchOneSet: RedisStock {
  static let card = StrategyCard(
    name: "watch-one-set", family: .redis, summary: "WATCH, GET, MULTI, SET, EXEC; again on nil",
    needs: .redis, expected: .linearizable,
    note: "EXEC executes the SET only if the key is as it was read.")

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.redis.checkAndSet(units, of: item) { (left) in [left - units] }
  }
}

extension RedisCommands {
  /// Takes units by writing numbers one after the other, the last of which stays.
  func checkAndSet(
    _ units: Int, of item: Item, _ writing: (Int) -> [Int]
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...100 {
      try await watch(item.key)
      let left = try await get(item.key) ?? 0
      guard left >= units else {
        try await unwatch()
        return .soldOut
      }
      try await multi()
      for number in writing(left) { try await set(item.key, number) }
      if try await exec() != nil { return .left(left - units) }
    }
    throw .gaveUp("100 conflicts in a row")
  }
}
