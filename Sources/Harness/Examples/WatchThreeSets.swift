// Three SETs of the watched key are queued. A transaction's own commands don't make it fail: all three
// are executed, one after the other with nothing between, and only the last is ever seen.

import Drivers
import History

struct WatchThreeSets: RedisStock {
  static let card = StrategyCard(
    name: "watch-three-sets", family: .redis,
    summary: "WATCH, GET, MULTI, three SETs, EXEC; again on nil", needs: .redis,
    expected: .linearizable,
    note: "Nobody sees the values in between: more than there is, then nothing.")

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.redis.checkAndSet(units, of: item) { (left) in [left + 1, 0, left - units] }
  }
}
