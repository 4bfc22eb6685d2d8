// A cache in Redis before the database, evicted after every write. Broken by a race that looks
// harmless: a reader finds nothing cached and reads the old stock, a writer writes and evicts, and
// the reader puts the old stock back, to be shown until the next write.

import Drivers
import History

struct CacheAside: CachedStock {
  static let card = StrategyCard(
    name: "cache-aside", family: .cache,
    summary: "UPDATE … WHERE units >= n, then DEL; reads from Redis, else SELECT and SET",
    needs: [.redis, .postgres], expected: .violation, supports: [.severalUnits, .restocks],
    answersFromMemory: true,
    vulnerableTo: .postgresForgets,
    note: "Never oversold. A reader that is overtaken by a write puts the old stock back into the "
      + "cache, where it stays until the next write or the expiry.")

  /// How long an entry stays at most, in ms: for entries that no write evicts.
  private let expiry = 60_000

  func remembered(_ item: Item, in session: Session) async throws(Failure) -> Int? {
    try await session.redis.get(item.key)
  }

  /// What is cached is more than a number, such as a page: making it takes a while, here up to 2 ms.
  func remember(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    await session.pause(until: session.now + session.random(upTo: 2_000_000))
    try await SharedCache.put(units, for: item, lasting: expiry, in: session)
  }

  func wrote(_ item: Item, in session: Session) async throws(Failure) {
    try await SharedCache.evict(item, in: session)
  }
}
