// Read units and version, write only if the version is still the same; else read again.
// The optimistic lock of JPA's @Version. An UPDATE that matches no row changed nothing, so trying
// again is safe; after `attempts` tries the buyer is turned away unserved.

import Drivers
import History

struct PgOptimistic: PostgresStock {
  static let card = StrategyCard(
    name: "pg-optimistic", family: .postgres,
    summary: "SELECT with version, UPDATE … WHERE version = v; retry", needs: .postgres,
    expected: .linearizable, bears: [.severalUnits, .restocks],
    note: "A version in the WHERE clause refuses the second writer. "
      + "Under contention most attempts are wasted.")

  /// How often it tries before it gives up.
  var attempts = 100

  var select = PgOptimistic.selectVersion
  var update = PgOptimistic.updateVersion

  static let selectVersion = Statement(
    "SELECT", "SELECT units, version FROM soldout.stock WHERE item = $1", effect: .read)
  static let updateVersion = Statement(
    "UPDATE",
    "UPDATE soldout.stock SET units = $1, version = version + 1 WHERE item = $2 AND version = $3",
    effect: .write, showing: 0)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...attempts {
      let row = try await session.postgres.row(select, item.number)
      let left = try row.number(0)
      guard left >= units else { return .soldOut }
      let changed = try await session.postgres.run(
        update, left - units, item.number, try row.number(1))
      if changed == 1 { return .left(left - units) }
    }
    throw .gaveUp(
      attempts == 1 ? "another buyer came first" : "\(attempts) conflicts in a row")
  }
}
