// The store that strategies on databases share: a row per item with its units, a version, and the
// highest fencing token that a lock's owner has shown. Which database it is, a strategy says by the
// protocol it adopts; only taking differs from strategy to strategy.

package import Drivers
import History

/// A strategy whose stock is a row in a database.
package protocol DatabaseStock: StockStrategy {
  /// The connection that its statements go over.
  func database(in session: Session) -> SQLCommands
}

/// A strategy whose stock is a row in PostgreSQL.
package protocol PostgresStock: DatabaseStock {}

/// A strategy whose stock is a row in MySQL.
package protocol MySQLStock: DatabaseStock {}

extension MySQLStock {
  package func database(in session: Session) -> SQLCommands { session.mysql }
}

extension DatabaseStock {
  package func database(in session: Session) -> SQLCommands { session.postgres }

  public func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    // No CHECK (units >= 0): a strategy must hold up by itself, and a negative stock must show.
    try await database(in: session).define(
      """
      CREATE TABLE soldout.stock (
        item integer PRIMARY KEY, units integer NOT NULL, version integer NOT NULL DEFAULT 0,
        fence bigint NOT NULL DEFAULT 0
      )
      """)
    for item in items {
      try await database(in: session).run(
        Statement(
          "INSERT", "INSERT INTO soldout.stock (item, units) VALUES ($1, $2)", effect: .write),
        item.number, units)
    }
  }

  public func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await database(in: session).int(.selectUnits, item.number) ?? 0
  }

  public func restock(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) {
    // The version moves too, so that an optimistic buyer notices.
    try await database(in: session).run(.addUnits, units, item.number)
  }

  public func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await database(in: session).int(.selectUnits, item.number) ?? 0
  }
}

extension Statement {
  package static let selectUnits = Statement(
    "SELECT", "SELECT units FROM soldout.stock WHERE item = $1", effect: .read)
  package static let addUnits = Statement(
    "UPDATE +",
    "UPDATE soldout.stock SET units = units + $1, version = version + 1 WHERE item = $2",
    effect: .write)
  /// Overwrites the units with a number computed by the application.
  package static let setUnits = Statement(
    "UPDATE", "UPDATE soldout.stock SET units = $1 WHERE item = $2", effect: .write, showing: 0)
}
