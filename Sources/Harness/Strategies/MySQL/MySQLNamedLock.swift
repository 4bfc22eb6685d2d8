// GET_LOCK around the transaction, on a connection of its own: the lock belongs to the session, outlives
// COMMIT, and is released after it. From a pool it takes a second connection while the first one waits,
// which is why such locks get a pool to themselves.

import Drivers
import History

package struct MySQLNamedLock: MySQLStock, LockedStock {
  package static let card = StrategyCard(
    name: "mysql-named-lock", family: .mysql,
    summary: "GET_LOCK on a second connection; read, write, commit, RELEASE_LOCK",
    needs: .mysql, expected: .linearizable, supports: [.severalUnits, .restocks],
    databaseConnections: 2,
    vulnerableTo: [.mysqlForgets, .connectionLost],
    note:
      "Freed by the server when its connection dies. It takes two connections a buyer, and every "
      + "buyer who waits holds one.")

  package var lock = UserLock()

  package init() {}
}
