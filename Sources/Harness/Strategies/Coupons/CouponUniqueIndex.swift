// The coupon's row first, which a unique index allows once a buyer; then the campaign's row, as long as any are
// left; both in one transaction.
// A second INSERT of the same buyer waits for the first one's end (PostgreSQL manual §62.5, "Index Uniqueness
// Checks"): so `already` is told only of a coupon that is committed.

package import Drivers

package struct CouponUniqueIndex: DatabaseCoupons {
  package static let card = StrategyCard(
    name: "coupon-unique-index", family: .coupon, datatype: .coupon,
    summary: "INSERT … ON CONFLICT DO NOTHING, UPDATE … WHERE coupons > 0, one transaction",
    needs: .postgres, expected: .linearizable,
    note:
      "The index lets no buyer have two, the condition in UPDATE no campaign give out more than it has; "
      + "neither is asked beforehand.")

  package static let hasUniqueIndex = true

  package var insert = Statement.insertCouponOnce
  package var takeOne = Statement.takeCoupon

  package init() {}

  package func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let postgres = session.postgres
    try await postgres.begin()
    guard try await postgres.run(insert, item.number, buyer) == 1 else {
      try await postgres.rollback()
      return .already
    }
    guard let left = try await postgres.int(takeOne, item.number) else {
      try await postgres.rollback()
      return .soldOut
    }
    try await postgres.commit()
    return .left(left)
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.postgres.int(.selectCampaign, item.number) ?? 0
  }
}

extension Statement {
  package static let insertCouponOnce = Statement(
    "INSERT", "INSERT INTO soldout.coupon (campaign, buyer) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    effect: .write, showing: 1)
  package static let takeCoupon = Statement(
    "UPDATE -1",
    """
    UPDATE soldout.campaign SET coupons = coupons - 1 WHERE id = $1 AND coupons > 0
    RETURNING coupons
    """, effect: .write)
  fileprivate static let selectCampaign = Statement(
    "SELECT", "SELECT coupons FROM soldout.campaign WHERE id = $1", effect: .read)
}
