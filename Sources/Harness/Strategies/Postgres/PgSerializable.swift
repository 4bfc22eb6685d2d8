// Read, subtract and write in a SERIALIZABLE transaction; PostgreSQL refuses one of two that
// conflict with SQLSTATE 40001, and the refused one tries again from its BEGIN.
// PostgreSQL manual §13.2.3.

import Drivers
import History

package struct PgSerializable: PostgresStock, Serializable {
  package static let card = StrategyCard(
    name: "pg-serializable", family: .postgres,
    summary: "BEGIN SERIALIZABLE, SELECT, UPDATE, COMMIT; retry on 40001", needs: .postgres,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "The database finds the conflicts. Under contention most attempts are wasted.")

  package var isolation = SQLCommands.Isolation.serializable
  package let conflict = "40001"

  package init() {}
}
