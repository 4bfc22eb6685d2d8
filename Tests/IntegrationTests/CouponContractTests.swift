// What every strategy for coupons owes: tried on real servers over the whole catalogue, by one client, without
// concurrency.

import Drivers
import Testing

@testable import Harness

@Suite("Every strategy for coupons", .serialized)
struct CouponContractTests {
  static let all = Entry.every.filter { $0.card.datatype == .coupon && $0.type.init().workers == 0 }

  private func isGiven(_ reply: ShopReply, leaving left: Int) -> Bool {
    reply == .left(left) || reply == .taken
  }

  @Test("gives every buyer one, then says that none is left", arguments: all)
  func givesOne(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 2) { shop in
      let first = try await shop.call(.claim(buyer: 1))
      #expect(isGiven(first, leaving: 1))
      #expect(try await shop.call(.claim(buyer: 1)) == .already)
      #expect(try await shop.call(.read) == .value(1))
      #expect(isGiven(try await shop.call(.claim(buyer: 2)), leaving: 0))
      #expect(try await shop.call(.claim(buyer: 3)) == .soldOut)
      // A buyer who has one hears so even then.
      #expect(try await shop.call(.claim(buyer: 2)) == .already)
      #expect(try await shop.call(.read) == .value(0))
      #expect(try await shop.remaining() == 0)
    }
  }

  @Test("campaigns don't touch each other", arguments: all)
  func campaigns(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 1) { shop in
      let first = try await shop.call(.claim(buyer: 1), item: 0)
      #expect(isGiven(first, leaving: 0))
      #expect(try await shop.call(.read, item: 1) == .value(1))
      #expect(isGiven(try await shop.call(.claim(buyer: 1), item: 1), leaving: 0))
    }
  }

  @Test("knows no call but claim and read", arguments: all)
  func others(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 1) { shop in
      for call in [ShopCall.take(1), .restock(1), .order(id: 1, units: 1)] {
        do throws(Failure) {
          Issue.record("\(call.function) was answered \(try await shop.call(call))")
        } catch {
          #expect(error.certainty == .definite)
        }
      }
      let remaining = try await shop.remaining()
      #expect(remaining == 1)
    }
  }
}
