// Read units and version, write only if the version is still the same; else read again. Each statement is
// a transaction of its own: inside one, REPEATABLE READ would show the same version again and again.

package import Drivers
import History

package struct MySQLOptimistic: MySQLStock, Optimistic {
  package static let card = StrategyCard(
    name: "mysql-optimistic", family: .mysql,
    summary: "SELECT with version, UPDATE … WHERE version = v; retry", needs: .mysql,
    expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "A version in the WHERE clause refuses the second writer. "
      + "Retries need a transaction of their own each, or they read the old version again.")

  /// How often it tries before it gives up.
  package var attempts = 100

  package var select = Statement.selectVersion
  package var update = Statement.updateVersion

  package init() {}
}
