// A client writes the key that it watches, before MULTI. Its own write counts like any other: EXEC
// answers nil, nothing queued is executed, and the write before it stays (Redis manual,
// "Transactions"). A client that takes the nil for a conflict and tries again takes twice.

import Drivers
import History

struct WatchOwnSet: RedisStock {
  static let card = StrategyCard(
    name: "watch-own-set", family: .redis, summary: "WATCH, GET, SET, MULTI, SET, EXEC; once again",
    needs: .redis, expected: .violation,
    note: "A client's own SET after WATCH makes EXEC answer nil, every time.")

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let redis = session.redis
    for _ in 1...2 {
      try await redis.watch(item.key)
      let left = try await redis.get(item.key) ?? 0
      guard left >= units else {
        try await redis.unwatch()
        return .soldOut
      }
      try await redis.set(item.key, left - units)
      try await redis.multi()
      try await redis.set(item.key, left - units)
      if try await redis.exec() != nil { return .left(left - units) }
    }
    throw .gaveUp("two conflicts in a row")
  }
}
