// The real servers that the tests share: started at the first use, ended with the test process.

import Drivers
import Foundation
import History
import Synchronization
import Testing

@testable import Harness

/// One client of one strategy, on items of its own.
struct TestShop {
  let strategy: any Strategy
  let items: [Item]
  let session: Session

  func call(_ call: ShopCall, item: Int = 0) async throws(Failure) -> ShopReply {
    session.begin(deadline: EventLoop.now() + 20_000_000_000)
    return try await strategy.perform(call, on: items[item], in: session)
  }

  func remaining(item: Int = 0) async throws(Failure) -> Int {
    session.begin(deadline: EventLoop.now() + 20_000_000_000)
    return try await strategy.remaining(of: items[item], in: session)
  }
}

/// A finished run as a test sees it.
struct TestRun {
  let history: History
  let result: RunResult
  let topology: Topology
}

enum TestServers {
  /// Kept until the process ends, when the watchdog removes them.
  static let backends: Result<Shared, ServerFailure> = {
    do throws(ServerFailure) {
      return .success(
        Shared(
          try Backends(
            [.redis, .postgres, .fiveRedis, .redisCluster, .twoPostgres, .mysql],
            external: ExternalServers(), clients: 100)))
    } catch {
      return .failure(error)
    }
  }()

  /// `@unchecked Sendable`: what tests call of it is constant after its start.
  final class Shared: @unchecked Sendable {
    let backends: Backends

    init(_ backends: Backends) {
      self.backends = backends
    }
  }

  /// Runs `body` on an event loop with two items of `units` units each.
  static func withShop(
    _ type: any Strategy.Type, units: Int,
    _ body: @escaping @Sendable (TestShop) async throws -> Void
  ) throws {
    let topology = try backends.get().backends.freshTopology().restricted(to: type.card.needs)
    try EventLoop.run { (loop) async throws in
      let namespace = Namespace(topology, on: loop)
      try await namespace.create()
      let session = Session(on: loop, topology: topology, process: 0)
      let shop = TestShop(
        strategy: type.init(),
        items: (0..<2).map { Item(number: $0, prefix: topology.prefix, of: type.card.datatype) },
        session: session)
      session.begin(deadline: EventLoop.now() + 20_000_000_000)
      try await session.connect(by: session.deadline)
      try await shop.strategy.open(shop.items, units: units, in: session)
      let workers = Workers(
        strategy: shop.strategy, loop: loop, topology: topology,
        processes: (0..<shop.strategy.workers).map { 1000 + $0 })
      try await workers.during { try await body(shop) }
      session.close()
      try await namespace.remove()
    }
  }

  /// Carries a run out and reads its history back.
  static func run(
    _ workload: Workload, _ type: any Strategy.Type, on other: Backends? = nil
  ) throws -> TestRun {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-test-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let servers = try other ?? backends.get().backends
    let plan = RunPlan(
      workload, of: type.system, seed: Seed(0x5eed), on: servers,
      historyPath: folder + "/history.jsonl")
    let result = try plan.carryOut(stop: NeverStops()) { _ in }
    let bytes = try readFile(folder + "/history.jsonl")
    let reading = try HistoryFormat.read(bytes, source: "history.jsonl")
    #expect(reading.notes.isEmpty)
    return TestRun(history: reading.history, result: result, topology: plan.topology)
  }

  /// Keys and schemas of a run that are still there.
  static func leftovers(of topology: Topology) throws -> [String] {
    try EventLoop.run { (loop) async throws in
      var found: [String] = []
      let deadline = EventLoop.now() + 20_000_000_000
      for address in topology.allRedis {
        let redis = try await RedisConnection.open(address, on: loop, deadline: deadline)
        let keys = RedisCommand("KEYS", [.text(topology.prefix + "*")], effect: .read)
        found += try await redis.send(keys).elements?.compactMap(\.text) ?? []
        redis.close()
      }
      for address in topology.allPostgres {
        let postgres = try await PostgresConnection.open(address, on: loop, deadline: deadline)
        let schemas = Statement(
          "SELECT", "SELECT count(*)::int FROM pg_namespace WHERE nspname = $1", effect: .read)
        let rows = try await postgres.execute(schemas, [.text(topology.schema)])
        if rows.integer(0, 0) != 0 { found.append(topology.schema) }
        postgres.close()
      }
      if var address = topology.mysql {
        address.schema = nil
        let mysql = try await MySQLConnection.open(address, on: loop, deadline: deadline)
        let schemas = Statement(
          "SELECT", "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = $1",
          effect: .read)
        let rows = try await mysql.execute(schemas, [.text(topology.schema)])
        if rows.integer(0, 0) != 0 { found.append(topology.schema) }
        mysql.close()
      }
      return found
    }
  }
}
