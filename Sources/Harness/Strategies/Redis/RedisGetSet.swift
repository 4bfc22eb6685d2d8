// GET the stock, subtract in the application, SET what is left.
// Broken on purpose: between the two commands another buyer may do the same.

import Drivers
import History

struct RedisGetSet: RedisStock {
  static let card = StrategyCard(
    name: "redis-get-set", family: .redis, summary: "GET, subtract, SET", needs: .redis,
    expected: .violation, supports: [.severalUnits, .restocks],
    note: "Two buyers read the same number and both write one less: a lost update.")

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.get(item.key) ?? 0
    guard left >= units else { return .soldOut }
    try await session.redis.set(item.key, left - units)
    return .left(left - units)
  }
}
