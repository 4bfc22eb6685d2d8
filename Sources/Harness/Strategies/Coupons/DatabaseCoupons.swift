// What coupon strategies on PostgreSQL share: a row for each campaign with what is left, and a row for each
// coupon given out.

import Drivers

/// A strategy whose coupons are rows in PostgreSQL.
package protocol DatabaseCoupons: CouponStrategy {
  /// Whether no buyer can have two rows of a campaign.
  static var hasUniqueIndex: Bool { get }
}

extension DatabaseCoupons {
  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await session.postgres.define(
      "CREATE TABLE soldout.campaign (id integer PRIMARY KEY, coupons integer NOT NULL)")
    try await session.postgres.define(
      """
      CREATE TABLE soldout.coupon (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        campaign integer NOT NULL, buyer integer NOT NULL\(
          Self.hasUniqueIndex ? ", UNIQUE (campaign, buyer)" : "")
      )
      """)
    for item in items {
      try await session.postgres.run(.insertCampaign, item.number, units)
    }
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    max(0, try await remaining(of: item, in: session))
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.postgres.int(.selectCouponsLeft, item.number) ?? 0
  }
}

extension Statement {
  fileprivate static let insertCampaign = Statement(
    "INSERT", "INSERT INTO soldout.campaign (id, coupons) VALUES ($1, $2)", effect: .write)
  /// What a campaign began with, less its coupons' rows, in one snapshot.
  static let selectCouponsLeft = Statement(
    "SELECT",
    """
    SELECT c.coupons - (SELECT count(*) FROM soldout.coupon WHERE campaign = c.id)
    FROM soldout.campaign c WHERE c.id = $1
    """, effect: .read)
}
