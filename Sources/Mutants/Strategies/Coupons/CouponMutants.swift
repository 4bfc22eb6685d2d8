// coupon-lua and coupon-unique-index, wrong in one way each.

import Drivers
import Harness

enum CouponMutants {
  static let all: [any Mutant.Type] = [
    CouponLuaForgetsBuyers.self,
    CouponLuaWithoutLimit.self,
    CouponRowWithoutLimit.self,
    CouponRowKeptOnRefusal.self,
  ]
}

struct CouponLuaForgetsBuyers: AlteredCoupons {
  static let flaw = Flaw(
    "no-buyer-check", of: CouponLua.self, "nobody asks whether the buyer has one", shownBy: .coupons
  )
  let altered = altering(CouponLua()) {
    $0.script = CouponLua.claim.mutated(
      "if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return -2 end", to: "")
  }
}

struct CouponLuaWithoutLimit: AlteredCoupons {
  static let flaw = Flaw(
    "no-limit", of: CouponLua.self, "nobody asks whether any are left", shownBy: .coupons)
  let altered = altering(CouponLua()) {
    $0.script = CouponLua.claim.mutated("if left < 1 then return -1 end", to: "")
  }
}

struct CouponRowWithoutLimit: AlteredCoupons {
  static let flaw = Flaw(
    "no-limit", of: CouponUniqueIndex.self, "UPDATE takes one whether any are left or not",
    shownBy: .coupons)
  let altered = altering(CouponUniqueIndex()) {
    $0.takeOne = Statement.takeCoupon.mutated(" AND coupons > 0", to: "")
  }
}

struct CouponRowKeptOnRefusal: AlteredCoupons {
  static let flaw = Flaw(
    "row-kept", of: CouponUniqueIndex.self, "the buyer's row is committed where none was left",
    shownBy: .coupons)
  let altered = CouponUniqueIndex()

  func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let postgres = session.postgres
    try await postgres.begin()
    guard try await postgres.run(.insertCouponOnce, item.number, buyer) == 1 else {
      try await postgres.rollback()
      return .already
    }
    let left = try await postgres.int(.takeCoupon, item.number)
    try await postgres.commit()
    return left.map { .left($0) } ?? .soldOut
  }
}
