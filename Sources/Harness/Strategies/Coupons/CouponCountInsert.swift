// Count the rows, look for the buyer's, insert: in one transaction, which at READ COMMITTED guards nothing of
// this (PostgreSQL manual §13.2.1).

import Drivers

package struct CouponCountInsert: DatabaseCoupons {
  package static let card = StrategyCard(
    name: "coupon-count-insert", family: .coupon, datatype: .coupon,
    summary: "SELECT the buyer's row, SELECT count(*), INSERT, one transaction", needs: .postgres,
    expected: .violation,
    note:
      "Neither SELECT sees what others have inserted and not committed: too many coupons go out, and a "
      + "buyer who presses twice gets two.")

  package static let hasUniqueIndex = false

  package init() {}

  package func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let postgres = session.postgres
    try await postgres.begin()
    if try await postgres.int(.selectCoupon, item.number, buyer) ?? 0 > 0 {
      try await postgres.rollback()
      return .already
    }
    guard try await postgres.int(.selectCouponsLeft, item.number) ?? 0 > 0 else {
      try await postgres.rollback()
      return .soldOut
    }
    try await postgres.run(.insertCoupon, item.number, buyer)
    try await postgres.commit()
    return .taken
  }
}

extension Statement {
  fileprivate static let selectCoupon = Statement(
    "SELECT", "SELECT count(*) FROM soldout.coupon WHERE campaign = $1 AND buyer = $2",
    effect: .read)
  fileprivate static let insertCoupon = Statement(
    "INSERT", "INSERT INTO soldout.coupon (campaign, buyer) VALUES ($1, $2)", effect: .write,
    showing: 1)
}
