// Strategies over several stores: what each store holds, what a refused order leaves, and that a
// lost update among the stores would be seen.

import Checker
import Drivers
import History
import Testing

@testable import Harness

@Suite("Several stores", .serialized)
struct StoresTests {
  static let strategies = Entry.all.filter {
    [MultiStoreLock.card.name, Saga.card.name, RedisLuaCluster.card.name].contains($0.card.name)
  }

  @Test("every store tells of every unit sold", arguments: strategies)
  func holdings(_ entry: Entry) throws {
    let workload = Workload(
      name: "stores", strategies: [entry.card.name], clients: 8, items: 2, stock: 60,
      quantity: 1...3, extent: .operations(300), deadline: .seconds(20))
    let run = try TestServers.run(workload, entry.type)
    #expect(run.result.holdings.allSatisfy { $0.ordered.values.reduce(0, +) > 0 })
    func findings(_ holdings: [Holdings]) throws -> [StockFinding] {
      let items = holdings.enumerated().map { number, holdings in
        StockTruth.Item(
          key: .string("item-\(number)"), initial: 60, final: holdings.left,
          ordered: holdings.ordered)
      }
      return try StockInvariants.findings(in: run.history, against: StockTruth(items: items))
    }
    #expect(try findings(run.result.holdings) == [])
    // An order too few in any store, or a unit too many, shows.
    for store in run.result.holdings[0].left.keys {
      var wrong = run.result.holdings
      wrong[0].left[store, default: 0] += 1
      #expect(try findings(wrong).count == 1, "\(store)")
    }
    for store in run.result.holdings[0].ordered.keys {
      var wrong = run.result.holdings
      wrong[0].ordered[store, default: 0] -= 1
      #expect(try findings(wrong).count == 1, "\(store)")
    }
  }

  @Test("an order that is refused is undone, and its call had no effect")
  func compensation() throws {
    try TestServers.withShop(Saga.self, units: 9) { shop in
      do throws(Failure) {
        _ = try await shop.call(.take(4))
        Issue.record("an order of four units was taken")
      } catch {
        #expect(shop.session.call.outcome(of: error).certainty == .definite)
        #expect("\(error)" == "23514 check_violation")
      }
      let remaining = try await shop.remaining()
      #expect(remaining == 9)
      let reply = try await shop.call(.take(3))
      #expect(reply == .left(6))
    }
  }

  /// The order may be there: putting the units back might sell them twice.
  @Test("an order whose answer was lost is not undone")
  func lostOrder() throws {
    try TestServers.withShop(Saga.self, units: 9) { shop in
      let deadline = shop.session.deadline
      try await shop.session.connections.database(.shard(1), by: deadline).gate = Losing(
        "INSERT order")
      do throws(Failure) {
        _ = try await shop.call(.take(1))
        Issue.record("the answer was to be lost")
      } catch {
        #expect(shop.session.call.outcome(of: error).certainty == .indefinite)
      }
      let holdings = try await shop.strategy.holdings(of: shop.items[0], in: shop.session)
      #expect(holdings == Holdings(left: ["the inventory": 8], ordered: ["the orders": 1]))
    }
  }

  @Test("a version that moved between read and write is thrown: no effect")
  func optimisticThrow() throws {
    try TestServers.withShop(LockOptimisticThrow.self, units: 9) { shop in
      // Whoever the lock should have kept out, between the SELECT and the UPDATE.
      let other = Session(on: shop.session.loop, topology: shop.session.topology, process: 7)
      other.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await other.connect(by: other.deadline)
      let number = shop.items[0].number
      shop.session.connections.database(.postgres)?.gate = Intruder {
        _ = try? await other.postgres.run(.addUnits, 1, number)
      }
      do throws(Failure) {
        _ = try await shop.call(.take(1))
        Issue.record("the second writer was let through")
      } catch {
        #expect(shop.session.call.outcome(of: error) == .gaveUp("another buyer came first"))
      }
      other.close()
      let remaining = try await shop.remaining()
      #expect(remaining == 10)
    }
  }
}

/// Loses the answer to every command of one verb. `@unchecked Sendable`: nothing in it changes.
private final class Losing: CommandGate, @unchecked Sendable {
  private let verb: String

  init(_ verb: String) {
    self.verb = verb
  }

  func admit(_ command: CommandDescription) async -> Admission {
    command.verb == verb ? .loseReply : .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}

/// Does something before an UPDATE goes out. `@unchecked Sendable`: nothing in it changes.
private final class Intruder: CommandGate, @unchecked Sendable {
  private let act: @Sendable () async -> Void

  init(_ act: @escaping @Sendable () async -> Void) {
    self.act = act
  }

  func admit(_ command: CommandDescription) async -> Admission {
    if command.verb == "UPDATE" { await act() }
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
