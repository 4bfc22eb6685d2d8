// One statement: UPDATE … WHERE units >= n RETURNING units.
// PostgreSQL manual §13.2.1: at READ COMMITTED a row changed meanwhile is locked, waited for, and
// the WHERE clause is evaluated again on its new version.

package import Drivers
package import History

package struct PgUpdate: PostgresStock {
  package static let card = StrategyCard(
    name: "pg-update", family: .postgres, summary: "UPDATE … WHERE units >= n RETURNING units",
    needs: .postgres, expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "Check and decrement are one statement on a locked row.")

  package var decrement = PgUpdate.takeUnits

  package static let takeUnits = Statement(
    "UPDATE -",
    "UPDATE soldout.stock SET units = units - $1 WHERE item = $2 AND units >= $1 RETURNING units",
    effect: .write)

  package init() {}

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.postgres.int(decrement, units, item.number)
    return left.map(Stock.Reply.left) ?? .soldOut
  }

  package func reply(to call: Stock.Call, answer: Int) -> Stock.Reply? {
    if case .take = call { .left(answer) } else { nil }
  }
}
