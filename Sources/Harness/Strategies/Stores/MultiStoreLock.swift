// Orders on one PostgreSQL server, the inventory on another, the search index in Redis, all changed
// under one Redisson-style lock: no transaction spans them, so the lock is all that keeps them
// together. Buyers look at the index, which is written last.
// A call that ends between two of the steps leaves the stores apart; nothing here repairs that.

package import Drivers
package import History

package struct MultiStoreLock: StockStrategy {
  package static let card = StrategyCard(
    name: "multi-store-lock", family: .stores,
    summary: "Redisson's lock, then inventory, orders and search index one after the other",
    needs: [.redis, .twoPostgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    hasSeveralStores: true,
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets, .connectionLost, .clientLost],
    note: "Nobody sees the stores apart while the lock holds and nobody fails half way. A lost "
      + "connection between two steps leaves an index that tells of units already sold.")

  package var lock = RedissonLock()

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await session.inventory.define(
      "CREATE TABLE soldout.inventory (item integer PRIMARY KEY, units integer NOT NULL)")
    try await session.orders.define(
      "CREATE TABLE soldout.orders (ticket text PRIMARY KEY, item integer, units integer NOT NULL)")
    for item in items {
      try await session.inventory.run(.stockItem, item.number, units)
      try await session.redis.set(item.key, units)
    }
  }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.holding(lock, of: item) { (_) async throws(Failure) in
      let left = try await session.inventory.int(.selectInventory, item.number) ?? 0
      guard left >= units else { return .soldOut }
      try await session.inventory.run(.setInventory, left - units, item.number)
      try await session.orders.rows(
        .insertOrder,
        [.text(session.freshTicket()), .integer(item.number), .integer(units)])
      try await session.redis.set(item.key, left - units)
      return .left(left - units)
    }
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.redis.get(item.key) ?? 0
  }

  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await session.holding(lock, of: item) { (_) async throws(Failure) in
      let left = try await session.inventory.int(.selectInventory, item.number) ?? 0
      try await session.inventory.run(.setInventory, left + units, item.number)
      try await session.redis.set(item.key, left + units)
    }
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.inventory.int(.selectInventory, item.number) ?? 0
  }

  package func holdings(of item: Item, in session: Session) async throws(Failure) -> Holdings {
    Holdings(
      left: [
        "the inventory": try await remaining(of: item, in: session),
        "the search index": try await read(item, in: session),
      ],
      ordered: ["the orders": try await session.orders.int(.countOrdered, item.number) ?? 0])
  }
}

extension Session {
  /// The server that keeps how many units are left.
  package var inventory: SQLCommands { shard(0) }
  /// The server that keeps who bought.
  package var orders: SQLCommands { shard(1) }
}

extension Statement {
  static let stockItem = Statement(
    "INSERT", "INSERT INTO soldout.inventory (item, units) VALUES ($1, $2)", effect: .write)
  package static let selectInventory = Statement(
    "SELECT", "SELECT units FROM soldout.inventory WHERE item = $1", effect: .read)
  package static let setInventory = Statement(
    "UPDATE", "UPDATE soldout.inventory SET units = $1 WHERE item = $2", effect: .write, showing: 0)
  package static let insertOrder = Statement(
    "INSERT order", "INSERT INTO soldout.orders (ticket, item, units) VALUES ($1, $2, $3)",
    effect: .write)
  static let countOrdered = Statement(
    "SELECT orders", "SELECT coalesce(sum(units), 0)::int FROM soldout.orders WHERE item = $1",
    effect: .read)
}
