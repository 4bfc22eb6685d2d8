// SELECT … FOR UPDATE locks the row until COMMIT, so read, subtract and write are safe between.
// PostgreSQL manual §13.3.2.

package import Drivers
import History

package struct PgForUpdate: PostgresStock, ForUpdate {
  package static let card = StrategyCard(
    name: "pg-for-update", family: .postgres,
    summary: "BEGIN, SELECT … FOR UPDATE, UPDATE, COMMIT", needs: .postgres,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "Buyers queue at the row, each holding a connection while it waits.")

  package var select = Statement.selectForUpdate

  package init() {}
}
