// PostgreSQL's advisory lock of a session around the transaction, on a connection of its own, as
// MySQL's GET_LOCK is used: the lock outlives COMMIT, and is released after it.

import Drivers
import History

package struct NamedLock: LockedStock {
  package static let card = StrategyCard(
    name: "named-lock", family: .postgres,
    summary: "pg_advisory_lock on a second connection; read, write, commit, unlock",
    needs: .postgres, expected: .linearizable, supports: [.severalUnits, .restocks],
    databaseConnections: 2,
    vulnerableTo: [.postgresForgets, .connectionLost],
    note: "Served in the order of asking, and freed by the server when its connection dies. It "
      + "takes two connections a buyer, and is lost in a failover.")

  package let lock = AdvisoryLock()

  package init() {}
}
