// redis-watch, wrong in one way each.

import Drivers
import Harness
import History

enum RedisWatchMutants {
  static let all: [any Mutant.Type] = [
    WatchWithoutWatch.self,
    WatchAfterGet.self,
    WatchTakesNilForDone.self,
    WatchTakesNilForSoldOut.self,
  ]
}

struct WatchWithoutWatch: RedisStock, Mutant {
  static let flaw = Flaw(
    "no-watch", of: RedisWatch.self, "MULTI and EXEC without WATCH", shownBy: .lastUnits)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    guard try await session.redis.get(item.key) ?? 0 >= units else { return .soldOut }
    try await session.redis.multi()
    try await session.redis.queueDecrby(item.key, units)
    guard let replies = try await session.redis.exec() else { return .soldOut }
    return .left(try replies.integer(0))
  }
}

struct WatchAfterGet: RedisStock, Mutant {
  static let flaw = Flaw(
    "watch-after-get", of: RedisWatch.self, "WATCH comes after the GET that it should protect",
    shownBy: .lastUnits)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...100 {
      let left = try await session.redis.get(item.key) ?? 0
      guard left >= units else { return .soldOut }
      try await session.redis.watch(item.key)
      try await session.redis.multi()
      try await session.redis.queueDecrby(item.key, units)
      if let replies = try await session.redis.exec() { return .left(try replies.integer(0)) }
    }
    throw .gaveUp("100 conflicts in a row")
  }
}

struct WatchTakesNilForDone: RedisStock, Mutant {
  static let flaw = Flaw(
    "exec-nil-sold", of: RedisWatch.self, "EXEC answered nil, and that counts as sold",
    shownBy: .crowd)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.redis.watch(item.key)
    let left = try await session.redis.get(item.key) ?? 0
    guard left >= units else {
      try await session.redis.unwatch()
      return .soldOut
    }
    try await session.redis.multi()
    try await session.redis.queueDecrby(item.key, units)
    _ = try await session.redis.exec()
    return .left(left - units)
  }
}

struct WatchTakesNilForSoldOut: RedisStock, Mutant {
  static let flaw = Flaw(
    "exec-nil-sold-out", of: RedisWatch.self, "a conflict is reported as sold out", shownBy: .crowd)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.redis.watch(item.key)
    let left = try await session.redis.get(item.key) ?? 0
    guard left >= units else {
      try await session.redis.unwatch()
      return .soldOut
    }
    try await session.redis.multi()
    try await session.redis.queueDecrby(item.key, units)
    guard let replies = try await session.redis.exec() else { return .soldOut }
    return .left(try replies.integer(0))
  }
}
