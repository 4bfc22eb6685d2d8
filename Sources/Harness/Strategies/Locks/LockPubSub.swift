// A Redis lock around the transaction, waited for until its release is published.

package struct LockPubSub: LockedStock {
  package static let card = StrategyCard(
    name: "lock-pubsub", family: .lock, summary: "SET NX PX, wait for the release message",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Fewer wasted attempts than spinning, no fairer. A lease that runs out, or a lock that "
      + "is lost in a failover, oversells.")

  package let lock = PubSubLock()

  package init() {}
}
