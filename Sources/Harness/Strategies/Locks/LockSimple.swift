// A Redis lock around the transaction; who doesn't get it at once is turned away.

package struct LockSimple: LockedStock {
  package static let card = StrategyCard(
    name: "lock-simple", family: .lock, summary: "SET NX PX or refuse; read, write, commit",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Under contention most buyers are turned away unserved. A lease that runs out, or a lock "
      + "that is lost in a failover, oversells.")

  package let lock = SimpleLock()

  package init() {}
}
