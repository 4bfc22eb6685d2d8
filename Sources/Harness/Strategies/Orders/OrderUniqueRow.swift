// The order's row first, which a unique index allows once; then the units; then the answer into the row: one
// transaction. Who sends the order again waits for its end, and is told what the row says.

package import Drivers

package struct OrderUniqueRow: DatabaseOrders {
  package static let card = StrategyCard(
    name: "order-unique-row", family: .orders, datatype: .orders,
    summary: "INSERT … ON CONFLICT DO NOTHING, UPDATE, the answer into the row, one transaction",
    needs: .postgres, expected: .linearizable, supports: [.severalUnits],
    note:
      "The row that says an order was made appears with the units it took, or not at all; that it was "
      + "refused is kept too, so its answer stays the same when there is stock again.")

  package static let hasUniqueIndex = true

  package var takeUnits = Statement.takeOrdered

  package init() {}

  package func order(
    _ id: Int, _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    let postgres = session.postgres
    try await postgres.begin()
    guard try await postgres.run(.insertOrderOnce, item.number, id, units) == 1 else {
      // At READ COMMITTED the row that was waited for is seen (PostgreSQL manual §13.2.1).
      let answer = try await answer(to: id, of: item, in: session)
      try await postgres.rollback()
      guard let answer else { throw .gaveUp("the order was withdrawn meanwhile") }
      return answer
    }
    let left = try await postgres.int(takeUnits, item.number, units) ?? -1
    try await postgres.run(.answerOrder, item.number, id, left)
    try await postgres.commit()
    return Self.reply(left)
  }
}

extension Statement {
  fileprivate static let insertOrderOnce = Statement(
    "INSERT",
    "INSERT INTO soldout.orders (item, number, units) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    effect: .write, showing: 1)
  fileprivate static let answerOrder = Statement(
    "UPDATE answer", "UPDATE soldout.orders SET answer = $3 WHERE item = $1 AND number = $2",
    effect: .write, showing: 2)
}
