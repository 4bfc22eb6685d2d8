// What strategies with a cache share: units are taken from PostgreSQL by one statement, so nothing
// is oversold; buyers are shown what a cache remembers. How that ages differs from one to another.

import Drivers
import History

/// A strategy that reads from a cache.
protocol CachedStock: PostgresStock {
  /// What the cache remembers; nil: nothing.
  func remembered(_ item: Item, in session: Session) async throws(Failure) -> Int?

  /// Remembers what was read from the database.
  func remember(_ units: Int, of item: Item, in session: Session) async throws(Failure)

  /// After a write, which stands: a buyer whose call fails here gets no answer.
  func wrote(_ item: Item, in session: Session) async throws(Failure)
}

extension CachedStock {
  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let reply = try await PgUpdate().take(units, of: item, in: session)
    if reply != .soldOut { try await wrote(item, in: session) }
    return reply
  }

  func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await session.postgres.run(.addUnits, units, item.number)
    try await wrote(item, in: session)
  }

  func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    if let units = try await remembered(item, in: session) { return units }
    let units = try await session.postgres.int(.selectUnits, item.number) ?? 0
    try await remember(units, of: item, in: session)
    return units
  }
}

/// A cache in Redis that all clients share.
enum SharedCache {
  static func put(
    _ units: Int, for item: Item, lasting milliseconds: Int, in session: Session
  ) async throws(Failure) {
    let put: [RedisArgument] = [
      .text(item.key), .integer(units), "PX", .integer(milliseconds),
    ]
    _ = try await session.redis.send(
      RedisCommand("SET", put, effect: .onCacheOnly, showing: units))
  }

  static func evict(_ item: Item, in session: Session) async throws(Failure) {
    _ = try await session.redis.send(
      RedisCommand("DEL", [.text(item.key)], effect: .onCacheOnly))
  }
}

extension CommandEffect {
  /// Of commands that touch a cache and no stock: losing their reply loses no sale.
  static var onCacheOnly: CommandEffect { .read }
}
