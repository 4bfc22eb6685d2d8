// Is there such an order? If not, take the units and insert it: two who ask at once both find none.

import Drivers

package struct OrderCheckInsert: DatabaseOrders {
  package static let card = StrategyCard(
    name: "order-check-insert", family: .orders, datatype: .orders,
    summary: "SELECT the order, UPDATE, INSERT, one transaction", needs: .postgres,
    expected: .violation, supports: [.severalUnits],
    note:
      "Pressed twice, both SELECTs find no order, and both take. The transaction doesn't help: what is "
      + "not there can't be locked.")

  package static let hasUniqueIndex = false

  package init() {}

  package func order(
    _ id: Int, _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    let postgres = session.postgres
    try await postgres.begin()
    if let answer = try await answer(to: id, of: item, in: session) {
      try await postgres.rollback()
      return answer
    }
    let left = try await postgres.int(.takeOrdered, item.number, units) ?? -1
    try await postgres.run(.insertAnswered, item.number, id, units, left)
    try await postgres.commit()
    return Self.reply(left)
  }
}

extension Statement {
  fileprivate static let insertAnswered = Statement(
    "INSERT", "INSERT INTO soldout.orders (item, number, units, answer) VALUES ($1, $2, $3, $4)",
    effect: .write, showing: 1)
}
