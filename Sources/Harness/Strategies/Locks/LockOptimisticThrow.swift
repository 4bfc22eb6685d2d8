// A Redisson-style lock, and a version in the WHERE clause behind it, as object mappers do it: a
// version that has moved throws (JPA's OptimisticLockException) and the buyer is turned away. The
// UPDATE matched no row, so the call certainly had no effect.

import Drivers
package import History

package struct LockOptimisticThrow: LockedStock {
  package static let card = StrategyCard(
    name: "lock-optimistic-throw", family: .lockAndSecondLine,
    summary: "Redisson's lock, then UPDATE … WHERE version = v; throw",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: .postgresForgets,
    note: "Like lock-optimistic, but a buyer who finds the version changed is turned away: nobody "
      + "is, as long as the lock holds.")

  package var lock = RedissonLock()
  package var optimistic = PgOptimistic(attempts: 1)

  package init() {}

  package func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await optimistic.take(units, of: item, in: session)
  }
}
