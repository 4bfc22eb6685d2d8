// The store that PostgreSQL strategies share: a row per item with its units, a version, and the
// highest fencing token that a lock's owner has shown.
// Only taking differs from strategy to strategy.

import Drivers
import History

/// A strategy whose stock is a row in PostgreSQL.
protocol PostgresStock: Strategy {}

extension PostgresStock {
  public func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    // No CHECK (units >= 0): a strategy must hold up by itself, and a negative stock must show.
    try await session.postgres.define(
      """
      CREATE TABLE soldout.stock (
        item integer PRIMARY KEY, units integer NOT NULL, version integer NOT NULL DEFAULT 0,
        fence bigint NOT NULL DEFAULT 0
      )
      """)
    for item in items {
      try await session.postgres.run(
        Statement(
          "INSERT", "INSERT INTO soldout.stock (item, units) VALUES ($1, $2)", effect: .write),
        item.number, units)
    }
  }

  public func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.postgres.int(.selectUnits, item.number) ?? 0
  }

  public func restock(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) {
    // The version moves too, so that an optimistic buyer notices.
    try await session.postgres.run(.addUnits, units, item.number)
  }

  public func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.postgres.int(.selectUnits, item.number) ?? 0
  }
}

extension Statement {
  static let selectUnits = Statement(
    "SELECT", "SELECT units FROM soldout.stock WHERE item = $1", effect: .read)
  static let addUnits = Statement(
    "UPDATE +",
    "UPDATE soldout.stock SET units = units + $1, version = version + 1 WHERE item = $2",
    effect: .write)
  /// Overwrites the units with a number computed by the application.
  static let setUnits = Statement(
    "UPDATE", "UPDATE soldout.stock SET units = $1 WHERE item = $2", effect: .write, showing: 0)
}
