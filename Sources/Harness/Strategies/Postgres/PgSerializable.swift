// Read, subtract and write in a SERIALIZABLE transaction; PostgreSQL refuses one of two that
// conflict with SQLSTATE 40001, and the refused one tries again from its BEGIN.
// PostgreSQL manual §13.2.3.

import Drivers
import History

struct PgSerializable: PostgresStock {
  static let card = StrategyCard(
    name: "pg-serializable", family: .postgres,
    summary: "BEGIN SERIALIZABLE, SELECT, UPDATE, COMMIT; retry on 40001", needs: .postgres,
    expected: .linearizable, bears: [.severalUnits, .restocks],
    note: "The database finds the conflicts. Under contention most attempts are wasted.")

  var isolation = PostgresCommands.Isolation.serializable
  private let attempts = 100

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...attempts {
      do throws(Failure) {
        return try await attempt(units, of: item, in: session.postgres)
      } catch {
        // Refused before or at COMMIT: rolled back, so trying again is no second sale.
        guard case .server(code: "40001", message: _) = error.reason else { throw error }
        await session.settle()
      }
    }
    throw .gaveUp("\(attempts) conflicts in a row")
  }

  func attempt(
    _ units: Int, of item: Item, in postgres: PostgresCommands
  ) async throws(Failure) -> Stock.Reply {
    try await postgres.begin(isolation)
    let left = try await postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else {
      // What was read is only true if the transaction could have been serialized: commit, don't
      // roll back.
      try await postgres.commit()
      return .soldOut
    }
    try await postgres.run(.setUnits, left - units, item.number)
    try await postgres.commit()
    return .left(left - units)
  }
}
