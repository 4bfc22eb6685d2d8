// Strategies with a cache: how old what they show is, and the race of cache-aside step by step.

import Checker
import Drivers
import History
import Testing

@testable import Harness

@Suite("Caches", .serialized)
struct CacheTests {
  static let strategies = Entry.all.filter { $0.card.family == .cache }

  @Test("cached reads are stale, takes sell every unit once", arguments: strategies)
  func stale(_ entry: Entry) throws {
    let workload = Workload(
      name: "cache", strategies: [entry.card.name], clients: 16, stock: 1000,
      mix: Mix(take: 1, read: 1), extent: .operations(1500), deadline: .seconds(20))
    let run = try TestServers.run(workload, entry.type)
    let calls = try run.history.timeline(of: Array(run.history.operations.indices), as: Stock.self)
    let ages = try Staleness.ages(of: calls, units: 1000, in: run.history)
    #expect(ages.contains { $0.age > 0 })
    let sold = calls.count { if case .left = $0.reply { true } else { false } }
    #expect(run.result.remaining == [1000 - sold])
    let truth = StockTruth(items: [
      .init(key: .string("item-0"), initial: 1000, final: ["the store": 1000 - sold])
    ])
    #expect(try StockInvariants.findings(in: run.history, against: truth) == [])
  }

  /// The reader is held up before it puts back what it read.
  @Test("cache-aside: the old stock is put back after the write evicted it")
  func race() throws {
    try TestServers.withShop(CacheAside.self, units: 9) { shop in
      let writer = Session(on: shop.session.loop, topology: shop.session.topology, process: 7)
      writer.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await writer.connect(by: writer.deadline)
      let item = shop.items[0]
      let gate = BeforeSet { _ = try? await CacheAside().take(1, of: item, in: writer) }
      shop.session.connections.redis?.gate = gate
      let shown = try await shop.call(.read)
      shop.session.connections.redis?.gate = nil
      let remaining = try await shop.remaining()
      #expect(shown == .value(9) && remaining == 8)
      let later = try await shop.call(.read)
      #expect(later == .value(9), "the old stock is what everybody is shown now")
      _ = try await shop.call(.take(1))
      let after = try await shop.call(.read)
      #expect(after == .value(7), "until the next write")
      writer.close()
    }
  }
}

/// Does something before a SET goes out. `@unchecked Sendable`: nothing in it changes.
private final class BeforeSet: CommandGate, @unchecked Sendable {
  private let act: @Sendable () async -> Void

  init(_ act: @escaping @Sendable () async -> Void) {
    self.act = act
  }

  func admit(_ command: CommandDescription) async -> Admission {
    if command.verb == "SET" { await act() }
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
