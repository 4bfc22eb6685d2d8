// What every strategy for numbered orders owes: tried on real servers over the whole catalogue, by one client,
// without concurrency.

import Drivers
import Testing

@testable import Harness

@Suite("Every strategy for orders", .serialized)
struct OrderContractTests {
  static let all = Entry.every.filter { $0.card.datatype == .orders }

  private func isTaken(_ reply: ShopReply, leaving left: Int) -> Bool {
    reply == .left(left) || reply == .taken
  }

  @Test("takes an order once, and answers it again as before", arguments: all)
  func takesOnce(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 3) { shop in
      for _ in 0..<3 {
        let reply = try await shop.call(.order(id: 1, units: 2))
        #expect(isTaken(reply, leaving: 1))
        #expect(try await shop.call(.read) == .value(1))
      }
      #expect(try await shop.call(.order(id: 2, units: 2)) == .soldOut)
      let last = try await shop.call(.order(id: 3, units: 1))
      #expect(isTaken(last, leaving: 0))
      // It was refused, and stays so.
      #expect(try await shop.call(.order(id: 2, units: 2)) == .soldOut)
      #expect(try await shop.remaining() == 0)
    }
  }

  @Test("items don't touch each other, nor do their orders' numbers", arguments: all)
  func items(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 1) { shop in
      let first = try await shop.call(.order(id: 1, units: 1), item: 0)
      #expect(isTaken(first, leaving: 0))
      #expect(try await shop.call(.read, item: 1) == .value(1))
      let second = try await shop.call(.order(id: 1, units: 1), item: 1)
      #expect(isTaken(second, leaving: 0))
    }
  }
}
