// The order's number is marked first (SET NX), then the units are taken: whoever finds the mark takes the order
// for done. It may not be yet, and if the first one dies in between it never will.

import Drivers

package struct OrderKeyFirst: OrderStrategy {
  package static let card = StrategyCard(
    name: "order-key-first", family: .orders, datatype: .orders,
    summary: "SET NX the order's number, then DECRBY and the answer", needs: .redis,
    expected: .violation,
    note:
      "The mark says that somebody began, not that anything was sold: one who presses twice is told that "
      + "he has bought, and then nothing was left. If the client dies after SET, the order is lost and "
      + "every repetition is told that it was taken.")

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.orderedStock, units) }
  }

  package func order(
    _ id: Int, _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    let redis = session.redis
    let mark = RedisCommand(
      "SET", [.text(item.answer(to: id)), "begun", "NX"], effect: .write)
    guard try await redis.send(mark, takesEffect: { $0 != .null }) != .null else {
      let ask = RedisCommand("GET", [.text(item.answer(to: id))], effect: .read)
      return try await redis.send(ask).text == "sold-out" ? .soldOut : .taken
    }
    let left = try await redis.decrby(item.orderedStock, units)
    if left < 0 { _ = try await redis.incrby(item.orderedStock, units) }
    let answer = RedisCommand(
      "SET", [.text(item.answer(to: id)), .text(left < 0 ? "sold-out" : "taken")], effect: .write)
    _ = try await redis.send(answer)
    return left < 0 ? .soldOut : .taken
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    max(0, try await session.redis.get(item.orderedStock) ?? 0)
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.redis.get(item.orderedStock) ?? 0
  }
}
