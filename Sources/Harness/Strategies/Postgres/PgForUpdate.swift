// SELECT … FOR UPDATE locks the row until COMMIT, so read, subtract and write are safe between.
// PostgreSQL manual §13.3.2.

import Drivers
import History

struct PgForUpdate: PostgresStock, ForUpdate {
  static let card = StrategyCard(
    name: "pg-for-update", family: .postgres,
    summary: "BEGIN, SELECT … FOR UPDATE, UPDATE, COMMIT", needs: .postgres,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "Buyers queue at the row, each holding a connection while it waits.")

  var select = Statement.selectForUpdate
}
