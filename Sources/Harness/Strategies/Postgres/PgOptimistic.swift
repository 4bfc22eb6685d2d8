// Read units and version, write only if the version is still the same; else read again.
// The optimistic lock of JPA's @Version. An UPDATE that matches no row changed nothing, so trying
// again is safe; after `attempts` tries the buyer is turned away unserved.

package import Drivers
import History

package struct PgOptimistic: PostgresStock, Optimistic {
  package static let card = StrategyCard(
    name: "pg-optimistic", family: .postgres,
    summary: "SELECT with version, UPDATE … WHERE version = v; retry", needs: .postgres,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "A version in the WHERE clause refuses the second writer. "
      + "Under contention most attempts are wasted.")

  /// How often it tries before it gives up.
  package var attempts = 100

  package var select = Statement.selectVersion
  package var update = Statement.updateVersion

  package init() {}

  package init(attempts: Int) { self.attempts = attempts }
}
