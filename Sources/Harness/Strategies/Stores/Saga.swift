// A saga over two PostgreSQL servers (Garcia-Molina & Salem 1987): reserve on one, order on the
// other, each in a transaction of its own; if the order is refused, the reservation is undone by a
// third. It refuses to undo what it isn't sure of: an order whose answer was lost may be there.
//
// Meanwhile readers see the units gone, and may be told "sold out", although nobody buys them: a
// saga is not isolated. Orders of more than three units are refused, so that this can happen
// without any fault.

package import Drivers
package import History

package struct Saga: StockStrategy {
  package static let card = StrategyCard(
    name: "saga", family: .stores,
    summary: "reserve on one server, order on another, put back if the order is refused",
    needs: .twoPostgres, expected: .linearizable, supports: .restocks, hasSeveralStores: true,
    // An order of more than three units.
    refusals: ["23514 check_violation"],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets, .connectionLost, .clientLost],
    note: "Never oversold: units are reserved before they are ordered. When an order is refused "
      + "(more than three units are), others see its units go and come back.")

  package var reserve = Saga.reserveUnits

  package static let reserveUnits = Statement(
    "UPDATE -",
    "UPDATE soldout.inventory SET units = units - $1 WHERE item = $2 AND units >= $1 RETURNING units",
    effect: .write)
  package static let release = Statement(
    "UPDATE +", "UPDATE soldout.inventory SET units = units + $1 WHERE item = $2", effect: .write)

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await session.inventory.define(
      "CREATE TABLE soldout.inventory (item integer PRIMARY KEY, units integer NOT NULL)")
    try await session.orders.define(
      """
      CREATE TABLE soldout.orders (
        ticket text PRIMARY KEY, item integer, units integer NOT NULL CHECK (units <= 3)
      )
      """)
    for item in items { try await session.inventory.run(.stockItem, item.number, units) }
  }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    guard let left = try await session.inventory.int(reserve, units, item.number) else {
      return .soldOut
    }
    do throws(Failure) {
      try await session.orders.rows(
        .insertOrder,
        [.text(session.freshTicket()), .integer(item.number), .integer(units)])
    } catch {
      guard error.certainty == .definite else { throw error }
      try await session.inventory.run(Self.release, units, item.number)
      session.call.noteCompensated()
      throw error
    }
    return .left(left)
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.inventory.int(.selectInventory, item.number) ?? 0
  }

  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await session.inventory.run(Self.release, units, item.number)
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await read(item, in: session)
  }

  package func holdings(of item: Item, in session: Session) async throws(Failure) -> Holdings {
    Holdings(
      left: ["the inventory": try await read(item, in: session)],
      ordered: ["the orders": try await session.orders.int(.countOrdered, item.number) ?? 0])
  }
}
