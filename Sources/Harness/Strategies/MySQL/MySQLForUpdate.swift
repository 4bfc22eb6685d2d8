// SELECT … FOR UPDATE locks the row until COMMIT and reads the newest version of it, not the snapshot's,
// so read, subtract and write are safe between (MySQL manual, "Locking Reads").

package import Drivers
import History

package struct MySQLForUpdate: MySQLStock, ForUpdate {
  package static let card = StrategyCard(
    name: "mysql-for-update", family: .mysql,
    summary: "BEGIN, SELECT … FOR UPDATE, UPDATE, COMMIT", needs: .mysql,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note:
      "Buyers queue at the row, each holding a connection while it waits. A plain SELECT in its "
      + "place reads the snapshot and sells twice.")

  package var select = Statement.selectForUpdate

  package init() {}
}
