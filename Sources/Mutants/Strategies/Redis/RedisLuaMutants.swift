// redis-lua, its script wrong in one way each.

import Drivers
import Harness
import History

enum RedisLuaMutants {
  static let all: [any Mutant.Type] = [
    LuaWithoutCheck.self,
    LuaChecksForAny.self,
    LuaRefusesTheLast.self,
    LuaTakesOne.self,
    LuaInTwoScripts.self,
  ]
}

struct LuaWithoutCheck: AlteredStrategy {
  static let flaw = Flaw(
    "no-check", of: RedisLua.self, "DECRBY whatever is left", shownBy: .lastUnits)
  let altered = altering(RedisLua()) {
    $0.script = RedisLua.takeUnits.mutated("if left < units then return -1 end", to: "")
  }
}

struct LuaChecksForAny: AlteredStrategy {
  static let flaw = Flaw(
    "any-left", of: RedisLua.self, "any unit left is enough for several", shownBy: .lastSeveral)
  let altered = altering(RedisLua()) {
    $0.script = RedisLua.takeUnits.mutated("left < units", to: "left < 1")
  }
}

struct LuaRefusesTheLast: AlteredStrategy {
  static let flaw = Flaw(
    "last-refused", of: RedisLua.self, "<= for <: the last units are never sold",
    shownBy: .lastUnits)
  let altered = altering(RedisLua()) {
    $0.script = RedisLua.takeUnits.mutated("left < units", to: "left <= units")
  }
}

struct LuaTakesOne: AlteredStrategy {
  static let flaw = Flaw(
    "one-for-several", of: RedisLua.self, "takes one unit, however many were asked for",
    shownBy: .lastSeveral)
  let altered = altering(RedisLua()) {
    $0.script = RedisLua.takeUnits.mutated(
      "redis.call('DECRBY', KEYS[1], units)", to: "redis.call('DECR', KEYS[1])")
  }
}

struct LuaInTwoScripts: RedisStock, Mutant {
  static let flaw = Flaw(
    "two-scripts", of: RedisLua.self, "one script checks, another one takes", shownBy: .lastUnits)

  private let check = Script("return tonumber(redis.call('GET', KEYS[1]) or '0')", effect: .read)
  private let take = Script("return redis.call('DECRBY', KEYS[1], ARGV[1])")

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.eval(check, keys: [item.key], arguments: [units])
    guard left >= units else { return .soldOut }
    return .left(try await session.redis.eval(take, keys: [item.key], arguments: [units]))
  }
}
