// What order strategies on PostgreSQL share: a row for each item with its units, and a row for each order with
// its answer: the units left after it, below zero if there were too few.

package import Drivers

/// A strategy whose orders are rows in PostgreSQL.
package protocol DatabaseOrders: OrderStrategy {
  /// Whether no two rows have one number.
  static var hasUniqueIndex: Bool { get }
}

extension DatabaseOrders {
  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await session.postgres.define(
      "CREATE TABLE soldout.stock (item integer PRIMARY KEY, units integer NOT NULL)")
    try await session.postgres.define(
      """
      CREATE TABLE soldout.orders (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number integer NOT NULL,
        item integer NOT NULL, units integer NOT NULL, answer integer\(
          Self.hasUniqueIndex ? ", UNIQUE (item, number)" : "")
      )
      """)
    for item in items {
      try await session.postgres.run(.insertOrderedStock, item.number, units)
    }
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.postgres.int(.selectOrderedStock, item.number) ?? 0
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await read(item, in: session)
  }

  /// What an order was answered; nil: there is no such order.
  func answer(
    to id: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply? {
    try await session.postgres.int(.selectAnswer, item.number, id).map { Self.reply($0) }
  }

  static func reply(_ left: Int) -> ShopReply { left >= 0 ? .left(left) : .soldOut }
}

extension Statement {
  fileprivate static let insertOrderedStock = Statement(
    "INSERT", "INSERT INTO soldout.stock (item, units) VALUES ($1, $2)", effect: .write)
  fileprivate static let selectOrderedStock = Statement(
    "SELECT", "SELECT units FROM soldout.stock WHERE item = $1", effect: .read)
  fileprivate static let selectAnswer = Statement(
    "SELECT", "SELECT answer FROM soldout.orders WHERE item = $1 AND number = $2", effect: .read)
  /// The units left, or no row where there are too few.
  package static let takeOrdered = Statement(
    "UPDATE -",
    "UPDATE soldout.stock SET units = units - $2 WHERE item = $1 AND units >= $2 RETURNING units",
    effect: .write, showing: 1)
}
