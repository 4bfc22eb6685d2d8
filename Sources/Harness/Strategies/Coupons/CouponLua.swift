// Is the buyer in the set, are any left, into the set: one Lua script, which Redis runs without interruption.

import Drivers

package struct CouponLua: RedisCoupons {
  package static let card = StrategyCard(
    name: "coupon-lua", family: .coupon, datatype: .coupon,
    summary: "SISMEMBER, SCARD and SADD in one script (EVALSHA)", needs: .redis,
    expected: .linearizable,
    note: "Who has one, and how many are left, is asked and decided in one step.")

  package var script = CouponLua.claim

  package static let claim = Script(
    """
    if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return -2 end
    local left = tonumber(redis.call('GET', KEYS[1]) or '0') - redis.call('SCARD', KEYS[2])
    if left < 1 then return -1 end
    redis.call('SADD', KEYS[2], ARGV[1])
    return left - 1
    """, caption: RedisCaption("claim"))

  package init() {}

  package func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let left = try await session.redis.eval(
      script, keys: [item.coupons, item.served], arguments: [buyer])
    return Self.reply(left)
  }

  package func reply(to call: ShopCall, answer: Int) -> ShopReply? {
    if case .claim = call { Self.reply(answer) } else { nil }
  }

  private static func reply(_ left: Int) -> ShopReply {
    left >= 0 ? .left(left) : left == -1 ? .soldOut : .already
  }
}
