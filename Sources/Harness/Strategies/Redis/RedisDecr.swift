// DECRBY at once; below zero means sold out, and the units are put back.
// Between the two the stock is too low: with restocks, or takes of several units, a buyer can be
// turned away although enough was left. A client cut off between the two never puts back: the stock
// stays below zero.

import Drivers
package import History

package struct RedisDecr: RedisStock {
  package static let card = StrategyCard(
    name: "redis-decr", family: .redis, summary: "DECRBY, put back when below zero", needs: .redis,
    expected: .linearizable, goesBelowZero: true,
    note: "Redis runs one command at a time. Only for single units and without restocks: "
      + "units on their way back are seen as sold. A buyer who is turned away and cut off never "
      + "puts back: the counter stays below zero.")

  package init() {}

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.decrby(item.key, units)
    if left >= 0 { return .left(left) }
    _ = try await session.redis.incrby(item.key, units)
    return .soldOut
  }
}
