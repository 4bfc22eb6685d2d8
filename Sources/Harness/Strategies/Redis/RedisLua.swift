// Check and decrement in one Lua script: Redis runs it without interruption.
// EVALSHA with the script's SHA-1; a server that has forgotten it (NOSCRIPT, nothing executed) is
// told again.

import Drivers
package import History

package struct RedisLua: RedisStock {
  package static let card = StrategyCard(
    name: "redis-lua", family: .redis, summary: "check and DECRBY in one script (EVALSHA)",
    needs: .redis, expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "Check and decrement are one step to everyone else, "
      + "restocks and several units included.")

  package var script = RedisLua.takeUnits

  package static let takeUnits = Script(
    """
    local left = tonumber(redis.call('GET', KEYS[1]) or '0')
    local units = tonumber(ARGV[1])
    if left < units then return -1 end
    return redis.call('DECRBY', KEYS[1], units)
    """, caption: RedisCaption("take"))

  package init() {}

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.redis.eval(script, keys: [item.key], arguments: [units])
    return left >= 0 ? .left(left) : .soldOut
  }

  package func reply(to call: Stock.Call, answer: Int) -> Stock.Reply? {
    guard case .take = call else { return nil }
    return answer >= 0 ? .left(answer) : .soldOut
  }
}
