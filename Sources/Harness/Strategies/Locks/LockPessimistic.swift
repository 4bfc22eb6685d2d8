// A Redisson-style lock, and SELECT … FOR UPDATE behind it: if the lock fails, the row's lock makes
// the second buyer wait.

import Drivers
package import History

package struct LockPessimistic: LockedStock {
  package static let card = StrategyCard(
    name: "lock-pessimistic", family: .lockAndSecondLine,
    summary: "Redisson's lock, then SELECT … FOR UPDATE", needs: [.redis, .postgres],
    expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: .postgresForgets,
    note: "The lock keeps the queue out of the database, the row's lock keeps the stock right.")

  package var lock = RedissonLock()
  package var pessimistic = PgForUpdate()

  package init() {}

  package func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await pessimistic.take(units, of: item, in: session)
  }
}
