// A cache in Redis before the database that no write evicts: what is cached is shown until it
// expires. Broken on purpose, within a bound.

import Drivers
import History

struct CacheTTL: CachedStock {
  static let card = StrategyCard(
    name: "cache-ttl", family: .cache,
    summary: "UPDATE … WHERE units >= n; reads from Redis, SET PX 50 after a miss",
    needs: [.redis, .postgres], expected: .violation, supports: [.severalUnits, .restocks],
    answersFromMemory: true,
    vulnerableTo: .postgresForgets,
    note:
      "Never oversold. What buyers are shown is as old as the entry: at most its 50 ms, and the "
      + "time it took to fill.")

  /// How long an entry stays, in ms.
  private let expiry = 50

  func remembered(_ item: Item, in session: Session) async throws(Failure) -> Int? {
    try await session.redis.get(item.key)
  }

  func remember(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await SharedCache.put(units, for: item, lasting: expiry, in: session)
  }

  func wrote(_ item: Item, in session: Session) async throws(Failure) {}
}
