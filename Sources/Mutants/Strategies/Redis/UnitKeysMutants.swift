// redis-setnx and redis-getdel, their claims wrong in one way each.

import Drivers
import Harness
import History

enum UnitKeysMutants {
  static let all: [any Mutant.Type] = [
    SetnxWithoutNX.self,
    SetnxInTwoSteps.self,
    GetdelInTwoSteps.self,
    GetdelGivesUpEarly.self,
  ]
}

struct SetnxWithoutNX: UnitKeys, Mutant {
  static let flaw = Flaw(
    "no-nx", of: RedisSetnx.self, "SET without NX: every claim wins", shownBy: .lastUnits)
  var unsold: Int? { nil }

  func claim(_ key: String, in session: Session) async throws(Failure) -> Bool {
    let claim = RedisCommand("SET", [.text(key), 1], effect: .write)
    return try await session.redis.send(claim).isOK
  }
}

struct SetnxInTwoSteps: UnitKeys, Mutant {
  static let flaw = Flaw(
    "get-then-set", of: RedisSetnx.self, "GET finds no claim, SET makes one", shownBy: .lastUnits)
  var unsold: Int? { nil }

  func claim(_ key: String, in session: Session) async throws(Failure) -> Bool {
    guard try await session.redis.get(key) == nil else { return false }
    let claim = RedisCommand("SET", [.text(key), 1], effect: .write)
    return try await session.redis.send(claim).isOK
  }
}

struct GetdelInTwoSteps: UnitKeys, Mutant {
  static let flaw = Flaw(
    "get-then-del", of: RedisGetdel.self, "GET finds the token, DEL removes it",
    shownBy: .lastUnits)
  var unsold: Int? { 1 }

  func claim(_ key: String, in session: Session) async throws(Failure) -> Bool {
    guard try await session.redis.get(key) != nil else { return false }
    _ = try await session.redis.send(RedisCommand("DEL", [.text(key)], effect: .write))
    return true
  }
}

struct GetdelGivesUpEarly: AlteredStrategy {
  static let flaw = Flaw(
    "first-refusal", of: RedisGetdel.self, "the first token found gone counts as sold out",
    shownBy: .lastUnits)
  let altered = RedisGetdel()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let next = session.memory.firstUnseen[item.key] ?? 0
    session.memory.firstUnseen[item.key] = next + 1
    return try await altered.claim("\(item.key):\(next)", in: session) ? .taken : .soldOut
  }
}
