// HINCRBY on a field of one hash that holds every item's stock; below zero is put back.
// One hash is one key: on a cluster all of it lives on one node.

import Drivers
package import History

package struct RedisHincrby: StockStrategy {
  package static let card = StrategyCard(
    name: "redis-hincrby", family: .redis, summary: "HINCRBY −n on a hash field, put back below 0",
    needs: .redis, expected: .linearizable, goesBelowZero: true,
    note: "Like redis-decr, with all items under one key: single units and no restocks only.")

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { _ = try await add(units, to: item, in: session) }
  }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await add(-units, to: item, in: session)
    if left >= 0 { return .left(left) }
    _ = try await add(units, to: item, in: session)
    return .soldOut
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    max(0, try await remaining(of: item, in: session))
  }

  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    _ = try await add(units, to: item, in: session)
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    let fields: [RedisArgument] = [.text(item.shelf), .text(item.name)]
    let reply = try await session.redis.send(RedisCommand("HGET", fields, effect: .read))
    return reply == .null ? 0 : try reply.number
  }

  package func add(
    _ units: Int, to item: Item, in session: Session
  ) async throws(Failure) -> Int {
    let fields: [RedisArgument] = [.text(item.shelf), .text(item.name), .integer(units)]
    return try await session.redis.send(
      RedisCommand("HINCRBY", fields, effect: .write, showing: units)
    ).number
  }
}
