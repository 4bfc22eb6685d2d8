// One statement: UPDATE … WHERE units >= n, and how many rows it changed says whether there were enough.
// An UPDATE reads the newest row, whatever its transaction's snapshot (MySQL manual, "Consistent
// Nonlocking Reads"), and locks it. MySQL has no RETURNING for UPDATE: what is left nobody is told.

package import Drivers
package import History

package struct MySQLUpdate: MySQLStock {
  package static let card = StrategyCard(
    name: "mysql-update", family: .mysql, summary: "UPDATE … WHERE units >= n; rows changed",
    needs: .mysql, expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "Check and decrement are one statement on a locked row. Buyers are not told what is left."
  )

  package var decrement = MySQLUpdate.takeUnits

  package static let takeUnits = Statement(
    "UPDATE -", "UPDATE soldout.stock SET units = units - $1 WHERE item = $2 AND units >= $1",
    effect: .write)

  package init() {}

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.mysql.run(decrement, units, item.number) == 1 ? .taken : .soldOut
  }
}
