// Strategies through a queue: who is served first, what becomes of an order whose buyer or whose
// consumer is gone, and that workers end with their run.

import Checker
import Drivers
import History
import Testing

@testable import Harness

@Suite("Queues", .serialized)
struct QueueTests {
  private func run(_ type: any Strategy.Type, items: Int) throws -> TestRun {
    var workload = Workload(
      name: "queue", strategies: [type.card.name], clients: 16, items: items, stock: 2000,
      mix: Mix(take: 1), extent: .operations(1200))
    workload.deadline = .seconds(20)
    return try TestServers.run(workload, type)
  }

  @Test("keyed: first come is first served, whatever else is sold")
  func keyed() throws {
    let run = try run(QueueKeyed.self, items: 3)
    let waits = QueueLog(of: run.history).waits
    #expect(waits.values.reduce(0) { $0 + $1.count } == 1200)
    #expect(waits.values.allSatisfy { Overtakes(of: $0).total == 0 })
    #expect(run.result.remaining.reduce(0, +) == 3 * 2000 - 1200)
  }

  @Test("unkeyed: later orders are served first, and sales are lost")
  func unkeyed() throws {
    let run = try run(QueueUnkeyed.self, items: 1)
    let waits = try #require(QueueLog(of: run.history).waits["item-0"])
    #expect(Overtakes(of: waits).total > 0)
    #expect(run.result.remaining[0] > 2000 - 1200)
  }

  @Test("the fair lock lets nobody be overtaken")
  func fairLock() throws {
    var workload = Workload(
      name: "fair", strategies: ["redisson-fair-lock"], clients: 16, stock: 2000,
      mix: Mix(take: 1), extent: .operations(300))
    workload.deadline = .seconds(20)
    let log = LockLog(of: try TestServers.run(workload, LockRedissonFair.self).history)
    let waits = try #require(log.waits["item-0"])
    #expect(waits.contains { $0.queued < $0.served })
    #expect(Overtakes(of: waits).total == 0)
  }

  /// Between its delivery and its service the first consumer loses its connection.
  @Test("an order whose consumer failed is served once")
  func redelivery() throws {
    let topology = try TestServers.backends.get().backends.freshTopology().restricted(to: .redis)
    try EventLoop.run { (loop) async throws in
      let namespace = Namespace(topology, on: loop)
      try await namespace.create()
      let (strategy, item) = (QueueKeyed(), Item(number: 0, prefix: topology.prefix))
      let buyer = Session(on: loop, topology: topology, process: 0)
      buyer.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await buyer.connect(by: buyer.deadline)
      try await strategy.open([item], units: 5, in: buyer)
      let number = strategy.partition(of: item, in: buyer)
      // Nobody works yet, and the buyer doesn't wait.
      buyer.begin(deadline: EventLoop.now() + 50_000_000)
      _ = try? await strategy.take(2, of: item, in: buyer)
      let failing = Session(on: loop, topology: topology, process: 1)
      failing.connections.gate = Crash(at: "EXEC")
      failing.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await failing.connect(by: failing.deadline)
      await #expect(throws: Failure.definite(.crashed)) {
        try await strategy.work(number, until: WorkerStop(), in: failing)
      }
      failing.close()
      let workers = Workers(
        strategy: strategy, loop: loop, topology: topology, processes: [2, 3, 4, 5])
      buyer.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await buyer.connect(by: buyer.deadline)
      let remaining = try await workers.during {
        // Served after it, as both are in one line.
        let reply = try await strategy.take(1, of: item, in: buyer)
        #expect(reply == .left(2))
        return try await strategy.remaining(of: item, in: buyer)
      }
      #expect(remaining == 2)
      buyer.close()
      try await namespace.remove()
    }
    #expect(try TestServers.leftovers(of: topology).isEmpty)
  }

  @Test("a buyer who stops waiting may have bought: indeterminate")
  func abandoned() throws {
    let topology = try TestServers.backends.get().backends.freshTopology().restricted(to: .redis)
    try EventLoop.run { (loop) async throws in
      let namespace = Namespace(topology, on: loop)
      try await namespace.create()
      let (strategy, item) = (QueueKeyed(), Item(number: 0, prefix: topology.prefix))
      let buyer = Session(on: loop, topology: topology, process: 0)
      buyer.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await buyer.connect(by: buyer.deadline)
      try await strategy.open([item], units: 5, in: buyer)
      // Nobody works.
      buyer.begin(deadline: EventLoop.now() + 50_000_000)
      do throws(Failure) {
        _ = try await strategy.take(1, of: item, in: buyer)
        Issue.record("nobody works, and yet it was sold")
      } catch {
        #expect(buyer.call.outcome(of: error) == .indefinite(.timeout))
      }
      buyer.close()
      try await namespace.remove()
    }
  }
}

/// Ends the client at a command. `@unchecked Sendable`: nothing in it changes.
private final class Crash: CommandGate, @unchecked Sendable {
  private let verb: String

  init(at verb: String) {
    self.verb = verb
  }

  func admit(_ command: CommandDescription) async -> Admission {
    command.verb == verb ? .crash : .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
