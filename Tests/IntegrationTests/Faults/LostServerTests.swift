// A private server that ends by itself in mid-run, and soldout standing still: the run says so, and
// keeps what it has.

import Foundation
import Glibc
import History
import Synchronization
import Testing

@testable import Drivers
@testable import Harness

@Suite("A run that loses what it stands on", .serialized)
struct LostServerTests {
  /// Carries out a run; `act` is called once, when the clients have made some calls.
  private func run(
    _ type: any Strategy.Type, faults: [String] = [], seconds: Int = 30,
    act: @escaping @Sendable (ServerHandles) -> Void
  ) throws -> (result: RunResult, history: History) {
    var workload = Workload(name: "lost", strategies: [], clients: 4, items: 2)
    workload.stock = 1_000_000
    workload.extent = .duration(.seconds(seconds))
    workload.faults = try faults.map { try FaultSpec(text: $0) }
    let plan = try FaultPlan(
      workload.faults, strategies: [type.card], clients: 4, external: ExternalServers())
    let backends = try Backends(
      type.card.needs, external: ExternalServers(), clients: 4, demands: plan.demands)
    defer { try? backends.stop() }
    let path = FileManager.default.temporaryDirectory
      .appending(path: "soldout-lost-\(UInt64.random(in: 0...UInt64.max)).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = RunPlan(
      workload, of: type.system, seed: Seed(7), on: backends, demands: plan.demands,
      historyPath: path)
    let isDone = Mutex(false)
    let handles = backends.handles
    let result = try run.carryOut(stop: NeverStops()) { progress in
      let isFirst = isDone.withLock { isDone in
        guard !isDone, progress.tally.operations > 20 else { return false }
        isDone = true
        return true
      }
      if isFirst { act(handles) }
    }
    return (result, try HistoryFormat.read(try readFile(path), source: "h").history)
  }

  enum Victim: String, CaseIterable {
    case redis, postgres, session, node, master, shard

    var strategy: any Strategy.Type {
      switch self {
      case .redis: RedisDecr.self
      case .postgres, .session: PgUpdate.self
      case .node: LockRedlock.self
      case .master: RedisLuaCluster.self
      case .shard: Saga.self
      }
    }

    var name: String {
      switch self {
      case .redis: "redis"
      case .postgres, .session: "postgres"
      case .node: "redis-3"
      case .master: "cluster-2"
      case .shard: "postgres-2"
      }
    }

    func strike(_ servers: ServerHandles) {
      let server = servers.all(.any).first { $0.name == name }?.server
      guard let pid = server?.processID else { return }
      if self == .session {
        // Of its children the last is a client's session.
        if let last = try? ProcessTree.children(of: pid).last { kill(last, SIGKILL) }
      } else {
        kill(pid, SIGKILL)
      }
    }
  }

  @Test("is broken off, names the server, and keeps what was recorded", arguments: Victim.allCases)
  func lost(_ victim: Victim) throws {
    let (result, history) = try run(victim.strategy) { victim.strike($0) }
    #expect(result.lost.map(\.server) == [victim.name])
    let killed = "was ended by signal 9 (Killed)"
    let end = victim == .session ? "ended by itself with status 1" : killed
    #expect(result.lost.first?.end == end)
    #expect(result.remaining.isEmpty && result.holdings.isEmpty)
    #expect(result.duration < .seconds(30))
    #expect(history.operations.count(where: { $0.outcome == .ok }) > 10)
    #expect(history.events.count { $0.function == "server-lost" } == 1)
  }

  @Test("is none where a fault kills the server", arguments: ["server-kill", "failover"])
  func meant(_ fault: String) throws {
    let (result, history) = try run(RedisDecr.self, faults: [fault], seconds: 2) { _ in }
    #expect(result.lost.isEmpty)
    #expect(!history.events.contains { $0.function == "server-lost" })
    #expect(result.remaining.count == 2)
  }

  @Test("says so where it stood still itself, and goes on")
  func stalled() throws {
    // What is told of progress is told on the loop's thread: it holds up everybody.
    let (result, history) = try run(RedisDecr.self, seconds: 4) { _ in usleep(1_500_000) }
    #expect(result.longestStall >= .seconds(1))
    #expect(history.events.contains { $0.function == "stall" && $0.process == "run" })
    #expect(result.lost.isEmpty && result.remaining.count == 2)
  }
}
