// Database connections that clients hold: who holds one while it waits for a lock, and that all are
// given back.

import Drivers
import History
import Testing

@testable import Harness

@Suite("Database connections", .serialized)
struct ConnectionUseTests {
  private static let databases = Entry.all.filter {
    !$0.card.needs.isDisjoint(with: .allPostgres)
  }

  @Test("are given back by every call", arguments: databases)
  fileprivate func given(_ entry: Entry) throws {
    try TestServers.withShop(entry.type, units: 2) { shop in
      let count = ConnectionCount()
      shop.session.connectionUse.count = count
      for _ in 0..<3 { _ = try await shop.call(.take(1)) }
      _ = try await shop.call(.read)
      _ = try await shop.call(.restock(1))
      #expect(count.now == ConnectionPeak(held: 0, waiting: 0))
      #expect(count.peak.held == (entry.card.name == "named-lock" ? 2 : 1))
    }
  }

  /// What each holds while it waits for a lock: the transaction that was begun before, or the
  /// connection that the lock itself lives on.
  @Test(
    "are held by those who wait for a lock, or are not",
    arguments: [
      ("redisson-lock", false), ("lock-spin", false), ("pg-update", false),
      ("tx-before-lock", true), ("named-lock", true), ("named-lock-xact", true),
    ])
  fileprivate func waiting(_ name: String, _ isHeld: Bool) throws {
    let type = try #require(Catalogue.strategy(named: name))
    let workload = Workload(
      name: "held", strategies: [name], clients: 12, stock: 1000, mix: Mix(take: 1),
      extent: .operations(120), deadline: .seconds(20))
    let peak = try #require(try TestServers.run(workload, type).result.connections)
    #expect((1...24).contains(peak.held))
    #expect((peak.waiting > 0) == isHeld)
    #expect(peak.waiting <= peak.held)
  }

  @Test("without a database none are counted")
  func none() throws {
    let workload = Workload(
      name: "held", strategies: ["redis-decr"], clients: 2, extent: .operations(20))
    #expect(try TestServers.run(workload, RedisDecr.self).result.connections == nil)
  }

  @Test(
    "a trace shows what scripts and locks do",
    arguments: [
      ("lock-simple", "lock granted, BEGIN, SELECT 2, UPDATE 1 1, COMMIT, unlock 1"),
      (
        "redisson-fenced-lock", "lock granted, token 2, UPDATE fence 2 2, UPDATE 1 1, unlock 1, DEL"
      ),
      ("redis-lua", "take 1 1"), ("redis-lua-cluster", "take 1 1"),
    ])
  fileprivate func shown(_ name: String, _ expected: String) throws {
    let type = try #require(Catalogue.strategy(named: name))
    try TestServers.withShop(type, units: 3) { shop in
      // Scripts and slots are asked for by the first call.
      _ = try await shop.call(.take(1))
      _ = try await shop.call(.take(1))
      let steps = shop.session.trace.steps.map { step in
        [step.command, "BEGIN COMMIT DEL".contains(step.command) ? "" : step.shownReply]
          .filter { !$0.isEmpty }.joined(separator: " ")
      }
      #expect(steps.joined(separator: ", ") == expected)
    }
  }
}
