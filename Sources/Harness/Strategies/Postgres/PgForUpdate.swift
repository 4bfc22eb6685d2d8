// SELECT … FOR UPDATE locks the row until COMMIT, so read, subtract and write are safe between.
// PostgreSQL manual §13.3.2.

import Drivers
import History

struct PgForUpdate: PostgresStock {
  static let card = StrategyCard(
    name: "pg-for-update", family: .postgres,
    summary: "BEGIN, SELECT … FOR UPDATE, UPDATE, COMMIT", needs: .postgres,
    expected: .linearizable, bears: [.severalUnits, .restocks],
    note: "Buyers queue at the row, each holding a connection while it waits.")

  var select = PgForUpdate.selectForUpdate

  static let selectForUpdate = Statement(
    "SELECT FOR UPDATE", "SELECT units FROM soldout.stock WHERE item = $1 FOR UPDATE",
    effect: .write)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    let left = try await session.postgres.int(select, item.number) ?? 0
    guard left >= units else {
      try await session.postgres.rollback()
      return .soldOut
    }
    try await session.postgres.run(.setUnits, left - units, item.number)
    try await session.postgres.commit()
    return .left(left - units)
  }
}
