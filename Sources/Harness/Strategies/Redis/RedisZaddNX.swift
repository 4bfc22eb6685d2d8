// A queue: ZADD NX a ticket and count the queue in one transaction; whoever stands within the stock
// is served. NX keeps a buyer who asks twice from standing twice.

import Drivers
package import History

package struct RedisZaddNX: StockStrategy {
  package static let card = StrategyCard(
    name: "redis-zadd-nx", family: .redis, summary: "MULTI, ZADD NX ticket, ZCARD, EXEC",
    needs: .redis, expected: .linearizable, goesBelowZero: true,
    note: "The position in the queue decides, and is fixed in one step. Single units and no "
      + "restocks only: a buyer who leaves unserved was in the queue for a moment, and for ever if cut "
      + "off first.")

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.key, units) }
  }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let stock = try await session.redis.get(item.key) ?? 0
    let tickets = (0..<units).map { _ in session.freshTicket() }
    let redis = session.redis
    try await redis.multi()
    for ticket in tickets {
      // The score orders the queue by arrival, as its readers expect; the position doesn't use it.
      let join: [RedisArgument] = [
        .text(item.queue), "NX", .integer(Int(session.now)), .text(ticket),
      ]
      _ = try await redis.send(RedisCommand("ZADD", join, effect: .write))
    }
    _ = try await redis.send(RedisCommand("ZCARD", [.text(item.queue)], effect: .read))
    guard let replies = try await redis.exec() else {
      throw .definite(.protocolViolation("EXEC without WATCH ran nothing"))
    }
    let position = try replies.integer(units)
    if position <= stock { return .left(stock - position) }
    let leave = [.text(item.queue)] + tickets.map(RedisArgument.text)
    _ = try await redis.send(RedisCommand("ZREM", leave, effect: .write))
    return .soldOut
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    max(0, try await remaining(of: item, in: session))
  }

  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    _ = try await session.redis.incrby(item.key, units)
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    let stock = try await session.redis.get(item.key) ?? 0
    let queue = RedisCommand("ZCARD", [.text(item.queue)], effect: .read)
    return stock - (try await session.redis.send(queue).number)
  }
}
