// A Redisson-style lock, and a version in the WHERE clause behind it, in MySQL: if the lock fails, the
// version refuses the second writer, who tries again from the start.

import Drivers
package import History

package struct MySQLLockOptimistic: MySQLStock, LockedStock {
  package static let card = StrategyCard(
    name: "mysql-lock-optimistic", family: .mysqlLock,
    summary: "Redisson's lock, then UPDATE … WHERE version = v; retry", needs: [.redis, .mysql],
    expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: .mysqlForgets,
    note:
      "The lock keeps buyers from getting in each other's way, the version keeps the stock right "
      + "when it doesn't.")

  package var lock = RedissonLock()
  package var optimistic = MySQLOptimistic()

  package init() {}

  package func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await optimistic.take(units, of: item, in: session)
  }
}
