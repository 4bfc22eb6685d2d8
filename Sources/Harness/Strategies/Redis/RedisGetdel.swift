// One token key per unit: GETDEL (Redis 6.2) hands each token to one buyer only.

import Drivers
import History

package struct RedisGetdel: UnitKeys {
  package static let card = StrategyCard(
    name: "redis-getdel", family: .redis, summary: "GETDEL token:<unit>, next unit if nil",
    needs: .redis, feature: .getdel, expected: .linearizable,
    note: "A token can be fetched once. Several units are fetched one by one, and a buyer who "
      + "finds too few keeps what was fetched: single units only.")

  package init() {}

  package var unsold: Int? { 1 }

  package func claim(_ key: String, in session: Session) async throws(Failure) -> Bool {
    let fetch = RedisCommand("GETDEL", [.text(key)], effect: .write)
    return try await session.redis.send(fetch, takesEffect: { $0 != .null }) != .null
  }
}
