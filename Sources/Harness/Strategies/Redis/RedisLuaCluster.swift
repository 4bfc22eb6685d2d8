// Check, decrement and order in one Lua script, on a cluster: all keys that a script touches must
// live in one slot, so an item's stock and its orders share a hash tag.
// Redis cluster specification, "Hash tags". Without the tag the two keys would mostly live on
// different nodes, and the script would be refused (CROSSSLOT).

import Drivers
package import History

package struct RedisLuaCluster: StockStrategy {
  package static let card = StrategyCard(
    name: "redis-lua-cluster", family: .redisCluster,
    summary: "one script on {item}:stock and {item}:orders, sent to their slot's master",
    needs: .redisCluster, expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "What one script does is one step on the node that has the keys. Items on other nodes "
      + "are sold side by side; two items in one script would be refused.")

  package var sell = RedisLuaCluster.takeUnits

  package static let takeUnits = Script(
    """
    local left = tonumber(redis.call('GET', KEYS[1]) or '0')
    local units = tonumber(ARGV[1])
    if left < units then return -1 end
    redis.call('HSET', KEYS[2], ARGV[2], units)
    return redis.call('DECRBY', KEYS[1], units)
    """, caption: RedisCaption("take"))

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await restock(units, of: item, in: session) }
  }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.cluster.eval(
      sell, keys: [item.clusterStock, item.clusterOrders],
      arguments: [.integer(units), .text(session.freshTicket())], showing: units
    ).number
    return left >= 0 ? .left(left) : .soldOut
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.cluster.at(item.clusterStock) { (master) async throws(Failure) in
      try await master.get(item.clusterStock) ?? 0
    }
  }

  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    _ = try await session.cluster.at(item.clusterStock) { (master) async throws(Failure) in
      try await master.incrby(item.clusterStock, units)
    }
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await read(item, in: session)
  }

  package func holdings(of item: Item, in session: Session) async throws(Failure) -> Holdings {
    let orders = RedisCommand("HVALS", [.text(item.clusterOrders)], effect: .read)
    let units = try await session.cluster.at(item.clusterOrders) { (master) async throws(Failure) in
      try await master.send(orders).elements?.compactMap(\.integer) ?? []
    }
    return Holdings(
      left: ["the stock": try await read(item, in: session)],
      ordered: ["the orders": units.reduce(0, +)])
  }
}

extension Item {
  fileprivate var clusterStock: String { tagged + ":stock" }
  fileprivate var clusterOrders: String { tagged + ":orders" }
}
