// The store that Redis strategies share: one integer per item under the item's key.
// Only taking differs from strategy to strategy.

import Drivers
import History

/// A strategy whose stock is an integer in Redis.
package protocol RedisStock: StockStrategy {}

extension RedisStock {
  public func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.key, units) }
  }

  public func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    // A counter taken below zero for a moment is shown as nothing left, as a shop would.
    max(0, try await session.redis.get(item.key) ?? 0)
  }

  public func restock(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) {
    _ = try await session.redis.incrby(item.key, units)
  }

  public func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.redis.get(item.key) ?? 0
  }
}
