// One claim key per unit: SET … NX succeeds for one buyer only.

import Drivers
import History

package struct RedisSetnx: UnitKeys {
  package static let card = StrategyCard(
    name: "redis-setnx", family: .redis, summary: "SET claim:<unit> NX, next unit if refused",
    needs: .redis, expected: .linearizable,
    note: "A unit's key can be set once. Several units are claimed one by one, and a buyer who "
      + "finds too few keeps what was claimed: single units only.")

  package init() {}

  package var unsold: Int? { nil }

  package func claim(_ key: String, in session: Session) async throws(Failure) -> Bool {
    let claim = RedisCommand("SET", [.text(key), 1, "NX"], effect: .write)
    return try await session.redis.send(claim, takesEffect: { $0.isOK }).isOK
  }
}
