// WATCH the stock, read it, and queue the decrement; EXEC refuses if any client wrote in between.
// Redis manual, "Transactions: optimistic locking using check-and-set". EXEC → nil means nothing
// was executed, so trying again is safe; after `attempts` tries the buyer is turned away unserved.

import Drivers
package import History

package struct RedisWatch: RedisStock {
  package static let card = StrategyCard(
    name: "redis-watch", family: .redis, summary: "WATCH, GET, MULTI, DECRBY, EXEC; retry on nil",
    needs: .redis, expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "Any write between WATCH and EXEC discards the transaction. "
      + "Under contention most attempts are wasted.")

  private let attempts = 100

  package init() {}

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...attempts {
      try await session.redis.watch(item.key)
      let left = try await session.redis.get(item.key) ?? 0
      guard left >= units else {
        try await session.redis.unwatch()
        return .soldOut
      }
      try await session.redis.multi()
      try await session.redis.queueDecrby(item.key, units)
      if let replies = try await session.redis.exec() {
        return .left(try replies.integer(0))
      }
    }
    throw .gaveUp("\(attempts) conflicts in a row")
  }
}
