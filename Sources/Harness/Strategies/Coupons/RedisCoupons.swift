// What coupon strategies on Redis share: the buyers who have one are a set, and what a campaign began with is
// kept beside it.

import Drivers

/// A strategy whose coupons are a set of buyers in Redis.
package protocol RedisCoupons: CouponStrategy {}

extension RedisCoupons {
  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.coupons, units) }
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    max(0, try await remaining(of: item, in: session))
  }

  /// What the campaign began with, less the buyers who have one.
  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    let coupons = try await session.redis.get(item.coupons) ?? 0
    return coupons - (try await session.redis.served(item))
  }
}

extension RedisCommands {
  /// How many buyers have a coupon.
  func served(_ item: Item) async throws(Failure) -> Int {
    try await send(RedisCommand("SCARD", [.text(item.served)], effect: .read)).number
  }

  /// Whether a buyer has one.
  func isServed(_ buyer: Int, of item: Item) async throws(Failure) -> Bool {
    let ask = RedisCommand("SISMEMBER", [.text(item.served), .integer(buyer)], effect: .read)
    return try await send(ask).number == 1
  }

  /// Puts a buyer among those who have one; false: he was there.
  func serve(_ buyer: Int, of item: Item) async throws(Failure) -> Bool {
    let add = RedisCommand(
      "SADD", [.text(item.served), .integer(buyer)], effect: .write, showing: buyer)
    return try await send(add, takesEffect: { $0.integer == 1 }).number == 1
  }
}

extension Item {
  /// The key of the number of coupons, and of the set of buyers who have one.
  var coupons: String { tagged + ":coupons" }
  var served: String { tagged + ":served" }
}
