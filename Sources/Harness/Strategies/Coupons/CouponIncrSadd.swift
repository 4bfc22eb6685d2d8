// INCR counts the coupons given out, SADD says whether the buyer had one; where it turns out that he had, or
// that none was left, DECR puts the coupon back. Between INCR and DECR it is missing, and after a crash for
// ever.

import Drivers

package struct CouponIncrSadd: RedisCoupons {
  package static let card = StrategyCard(
    name: "coupon-incr-sadd", family: .coupon, datatype: .coupon,
    summary: "INCR, then SADD; DECR puts back what was not used", needs: .redis,
    expected: .violation,
    note:
      "A buyer who presses twice takes a coupon away for a moment: another is told that none is left, "
      + "and one is. If the client dies before DECR, a coupon is lost.")

  package init() {}

  package func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let redis = session.redis
    let coupons = try await redis.get(item.coupons) ?? 0
    guard try await redis.incrby(item.given, 1) <= coupons else {
      _ = try await redis.decrby(item.given, 1)
      return try await redis.isServed(buyer, of: item) ? .already : .soldOut
    }
    guard try await redis.serve(buyer, of: item) else {
      _ = try await redis.decrby(item.given, 1)
      return .already
    }
    return .taken
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    let coupons = try await session.redis.get(item.coupons) ?? 0
    return coupons - (try await session.redis.get(item.given) ?? 0)
  }
}

extension Item {
  /// The key of the number of coupons given out.
  fileprivate var given: String { tagged + ":given" }
}
