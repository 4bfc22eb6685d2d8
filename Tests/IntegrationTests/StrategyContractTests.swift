// What every strategy owes, whoever writes it: tried on real servers over the whole catalogue, so
// that a new strategy is tested before its author has written a test.

import Drivers
import Foundation
import History
import Testing

@testable import Harness

/// A strategy of the catalogue, named in test output.
struct Entry: Sendable, CustomTestStringConvertible {
  let type: any Strategy.Type
  var card: StrategyCard { type.card }
  var testDescription: String { card.name }
  static let every = Catalogue.strategies.map { Entry(type: $0) }
  /// Those that sell a stock.
  static let all = every.filter { $0.card.datatype == .stock }
}

@Suite("Every strategy", .serialized)
struct StrategyContractTests {
  /// One client, no concurrency: takes one by one until nothing is left.
  @Test("sells exactly what is there, then says sold out", arguments: Entry.all)
  func sellsOut(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 3) { shop in
      for left in [2, 1, 0] {
        let reply = try await shop.call(.take(1))
        #expect(reply == .left(left) || reply == .taken)
      }
      #expect(try await shop.call(.take(1)) == .soldOut)
      #expect(try await shop.call(.read) == .value(0))
      #expect(try await shop.remaining() == 0)
      #expect(try await shop.call(.take(1)) == .soldOut)
      #expect(try await shop.remaining() == 0, "a refused take changed the store")
    }
  }

  @Test("items don't touch each other", arguments: Entry.all)
  func items(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 2) { shop in
      _ = try await shop.call(.take(1), item: 0)
      #expect(try await shop.call(.read, item: 0) == .value(1))
      #expect(try await shop.call(.read, item: 1) == .value(2))
    }
  }

  @Test("puts units back on sale", arguments: Entry.all)
  func restocks(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 1) { shop in
      _ = try await shop.call(.take(1))
      #expect(try await shop.call(.take(1)) == .soldOut)
      #expect(try await shop.call(.restock(2)) == .restocked)
      #expect(try await shop.call(.read) == .value(2))
      let reply = try await shop.call(.take(1))
      #expect(reply == .left(1) || reply == .taken)
    }
  }

  @Test(
    "takes several units or none",
    arguments: Entry.all.filter { $0.card.supports.contains(.severalUnits) })
  func severalUnits(_ entry: Entry) async throws {
    try TestServers.withShop(entry.type, units: 5) { shop in
      let reply = try await shop.call(.take(3))
      #expect(reply == .left(2) || reply == .taken)
      #expect(try await shop.call(.take(3)) == .soldOut)
      #expect(try await shop.remaining() == 2)
    }
  }

  @Test(
    "a full run records calls in order and leaves nothing on the servers", arguments: Entry.every)
  func run(_ entry: Entry) async throws {
    var workload = Workload(
      name: "contract", strategies: [entry.card.name], clients: 8, items: 2, stock: 150,
      extent: .operations(500))
    workload.deadline = .seconds(20)
    workload.datatype = entry.card.datatype
    let record = try TestServers.run(workload, entry.type)
    let history = record.history
    // Two final reads beside the 500 calls.
    #expect(history.operations.count == 502)
    #expect(record.result.tally.operations == 502)
    #expect(history.operations.filter { $0.outcome == .info }.isEmpty)
    #expect(Set(history.operations.map(\.process)).count == 9)
    #expect(history.header.strategy == entry.card.name)
    #expect(history.header.initial[.string(workload.datatype.object(1))] == .int(150))
    #expect(try TestServers.leftovers(of: record.topology).isEmpty)
    let lastReads = history.operations.suffix(2)
    #expect(lastReads.allSatisfy { $0.function == "read" && $0.outcome == .ok })
  }
}
