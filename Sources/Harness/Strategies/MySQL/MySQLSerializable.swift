// Read, subtract and write in a SERIALIZABLE transaction. There a plain SELECT locks the row for readers
// (MySQL manual, "Transaction Isolation Levels"), so two buyers who have read it wait for each other;
// InnoDB ends one of them with 1213 at once, and that one tries again from its BEGIN.

import Drivers
import History

package struct MySQLSerializable: MySQLStock, Serializable {
  package static let card = StrategyCard(
    name: "mysql-serializable", family: .mysql,
    summary: "SERIALIZABLE: BEGIN, SELECT, UPDATE, COMMIT; retry on 1213", needs: .mysql,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note:
      "Every conflict is a deadlock that InnoDB ends (1213). Under contention most attempts are "
      + "wasted.")

  package var isolation = SQLCommands.Isolation.serializable
  package let conflict = "1213"

  package init() {}
}
