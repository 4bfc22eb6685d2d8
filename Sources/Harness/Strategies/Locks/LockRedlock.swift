// Redlock around the transaction: the lock of a majority of five independent Redis servers.

package struct LockRedlock: LockedStock {
  package static let card = StrategyCard(
    name: "redlock", family: .lock, summary: "SET NX PX on a majority of five Redis servers",
    needs: [.fiveRedis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: [.lockLost, .redisForgets, .postgresForgets],
    note: "Tolerates the loss of two servers. A client that pauses past the validity, a clock that "
      + "jumps, or a server that forgets, and two hold it.")

  package let lock = Redlock()

  package init() {}
}
