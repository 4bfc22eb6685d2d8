// Is the buyer in the set, are any left, then into the set: three commands, and anything may happen between
// them.

import Drivers

package struct CouponSismemberSadd: RedisCoupons {
  package static let card = StrategyCard(
    name: "coupon-sismember-sadd", family: .coupon, datatype: .coupon,
    summary: "SISMEMBER, SCARD, then SADD", needs: .redis, expected: .violation,
    note:
      "Several buyers see the last coupon free and all get it; one who presses twice is told twice "
      + "that he has got one.")

  package init() {}

  package func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let redis = session.redis
    if try await redis.isServed(buyer, of: item) { return .already }
    let coupons = try await redis.get(item.coupons) ?? 0
    guard try await redis.served(item) < coupons else { return .soldOut }
    _ = try await redis.serve(buyer, of: item)
    return .taken
  }
}
