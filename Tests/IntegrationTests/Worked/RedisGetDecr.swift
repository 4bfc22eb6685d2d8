// GET the stock, and DECR it if enough is left. Both commands are atomic; the two together are not:
// buyers who all saw the last unit all take it.

import Drivers
import History

@testable import Harness

struct RedisGetDecr: RedisStock {
  static let card = StrategyCard(
    name: "redis-get-decr", family: .redis, summary: "GET, then DECRBY if enough is left",
    needs: .redis, expected: .violation,
    note: "The look and the leap are two commands: others leap in between.")

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    guard let left = try await session.redis.get(item.key), left >= units else { return .soldOut }
    return .left(try await session.redis.decrby(item.key, units))
  }
}
