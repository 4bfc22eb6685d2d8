// SELECT the stock, subtract in the application, UPDATE it to what is left.
// Broken on purpose: REPEATABLE READ does not help, since each statement is a transaction of its own,
// and would not if they were one (MySQL manual, "Consistent Nonlocking Reads").

import Drivers
import History

struct MySQLSelectUpdate: MySQLStock, SelectUpdate {
  static let card = StrategyCard(
    name: "mysql-select-update", family: .mysql, summary: "SELECT, subtract, UPDATE",
    needs: .mysql, expected: .violation, supports: [.severalUnits, .restocks],
    note: "Two buyers read the same number and both write one less.")
}
