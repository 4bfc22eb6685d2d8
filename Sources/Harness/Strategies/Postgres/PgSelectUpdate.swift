// SELECT the stock, subtract in the application, UPDATE it to what is left.
// Broken on purpose: the lost update of every object mapper that reads, changes and saves.

import Drivers
import History

struct PgSelectUpdate: PostgresStock, SelectUpdate {
  static let card = StrategyCard(
    name: "pg-select-update", family: .postgres, summary: "SELECT, subtract, UPDATE",
    needs: .postgres, expected: .violation, supports: [.severalUnits, .restocks],
    note: "READ COMMITTED lets two buyers read the same number and both write one less.")
}
