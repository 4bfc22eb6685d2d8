// A Redis lock around the transaction, asked for again and again.

package struct LockSpin: LockedStock {
  package static let card = StrategyCard(
    name: "lock-spin", family: .lock, summary: "SET NX PX, retried with growing pauses",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Later buyers are often served first. A lease that runs out, or a lock that is lost "
      + "in a failover, oversells.")

  package let lock = SpinLock()

  package init() {}
}
