// redis-decr and redis-hincrby, wrong in one way each.

import Drivers
import Harness
import History

enum RedisDecrMutants {
  static let all: [any Mutant.Type] = [
    DecrWithoutPutBack.self,
    DecrSellsOneMore.self,
    DecrRefusesTheLast.self,
    DecrTellsLater.self,
    HincrbyWithoutPutBack.self,
    HincrbyAfterCheck.self,
  ]
}

struct DecrWithoutPutBack: RedisStock, Mutant {
  static let flaw = Flaw(
    "no-put-back", of: RedisDecr.self, "below zero it says sold out and puts nothing back",
    shownBy: .lastUnits)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.decrby(item.key, units)
    return left >= 0 ? .left(left) : .soldOut
  }
}

struct DecrSellsOneMore: RedisStock, Mutant {
  static let flaw = Flaw(
    "one-more", of: RedisDecr.self, "−1 left counts as sold", shownBy: .lastUnits)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.decrby(item.key, units)
    if left >= -1 { return .left(left) }
    _ = try await session.redis.incrby(item.key, units)
    return .soldOut
  }
}

struct DecrRefusesTheLast: RedisStock, Mutant {
  static let flaw = Flaw(
    "last-refused", of: RedisDecr.self, "0 left counts as sold out: the last unit is never sold",
    shownBy: .lastUnits)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.decrby(item.key, units)
    if left > 0 { return .left(left) }
    _ = try await session.redis.incrby(item.key, units)
    return .soldOut
  }
}

struct DecrTellsLater: RedisStock, Mutant {
  static let flaw = Flaw(
    "told-later", of: RedisDecr.self, "what is left comes from a GET after the DECRBY",
    shownBy: .crowd)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.decrby(item.key, units)
    if left >= 0 { return .left(try await session.redis.get(item.key) ?? 0) }
    _ = try await session.redis.incrby(item.key, units)
    return .soldOut
  }
}

struct HincrbyWithoutPutBack: AlteredStrategy {
  static let flaw = Flaw(
    "no-put-back", of: RedisHincrby.self, "below zero it says sold out and puts nothing back",
    shownBy: .lastUnits)
  let altered = RedisHincrby()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await altered.add(-units, to: item, in: session)
    return left >= 0 ? .left(left) : .soldOut
  }
}

struct HincrbyAfterCheck: AlteredStrategy {
  static let flaw = Flaw(
    "check-first", of: RedisHincrby.self, "HGET decides, HINCRBY follows unchecked",
    shownBy: .lastUnits)
  let altered = RedisHincrby()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    guard try await altered.remaining(of: item, in: session) >= units else { return .soldOut }
    return .left(try await altered.add(-units, to: item, in: session))
  }
}
