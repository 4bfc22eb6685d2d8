// A strategy that gives out coupons, of which no buyer gets two.

public import Drivers

/// A way of giving out a campaign's coupons.
public protocol CouponStrategy: Strategy {
  /// One coupon for a buyer: `left` or `taken`, `already` if the buyer has one, else `soldOut` if none is left.
  func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply

  /// How many coupons are left, as a buyer would be shown.
  func read(_ item: Item, in session: Session) async throws(Failure) -> Int
}

extension CouponStrategy {
  public func perform(
    _ call: ShopCall, on item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    switch call {
    case .claim(let buyer): return try await claim(of: item, for: buyer, in: session)
    case .read: return .value(try await read(item, in: session))
    case .take, .restock, .order: throw .notFor(Self.card, call)
    }
  }
}
