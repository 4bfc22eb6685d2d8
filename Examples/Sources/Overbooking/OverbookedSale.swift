// A strategy of your own: a flight that sells a few more seats than it has. DECR decides; a buyer
// beyond the margin puts the seat back.

import Harness
import History

public struct OverbookedSale: StockStrategy {
  public static let card = StrategyCard(
    name: "overbooked-sale", family: .redis, summary: "DECR, down to five below zero",
    needs: .redis, expected: .linearizable,
    note: "Redis runs one command at a time, so no two buyers get the same seat.")

  /// Seats sold beyond capacity.
  public static let margin = 5

  public init() {}

  public func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.key, units) }
  }

  public func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.decrby(item.key, units)
    if left >= -Self.margin { return .left(left) }
    _ = try await session.redis.incrby(item.key, units)
    return .soldOut
  }

  public func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    // Seats on their way back are not shown.
    max(-Self.margin, try await session.redis.get(item.key) ?? 0)
  }

  public func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    _ = try await session.redis.incrby(item.key, units)
  }

  public func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.redis.get(item.key) ?? 0
  }
}
