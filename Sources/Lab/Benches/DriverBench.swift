// One of our strategies and the server's own load generator, alternating on one private server.

import Commands
import Drivers
import Foundation
import Harness
import History

/// A comparison of drivers.
final class DriverBench {
  enum Opponent {
    case redisBenchmark
    case pgbench
    case sysbench

    fileprivate var needs: Needs {
      switch self {
      case .redisBenchmark: .redis
      case .pgbench: .postgres
      case .sysbench: .mysql
      }
    }

    /// The strategy of ours that sends the same.
    fileprivate var strategy: String {
      switch self {
      case .redisBenchmark: "redis-decr"
      case .pgbench: "pg-update"
      case .sysbench: "mysql-update"
      }
    }
  }

  private let opponent: Opponent
  private let backends: Backends
  private let seconds: Double
  private let folder: String
  /// Rows, or keys, that both choose from.
  private let items = 1000

  init(_ opponent: Opponent, clients: Int, seconds: Double) throws {
    self.opponent = opponent
    self.seconds = seconds
    var demands = ServerDemands()
    demands.isOpen = true
    backends = try Backends(
      opponent.needs, external: ExternalServers(),
      clients: clients, demands: demands)
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "soldout-bench-\(ProcessInfo.processInfo.processIdentifier)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func close() {
    try? FileManager.default.removeItem(atPath: folder)
    try? backends.stop()
  }

  var heading: String {
    let (theirs, work) =
      switch opponent {
      case .redisBenchmark: ("redis-benchmark", "DECR, one key")
      case .pgbench: ("pgbench -M prepared", "UPDATE … RETURNING, 1000 rows")
      case .sysbench: ("sysbench, prepared", "UPDATE, 1000 rows")
      }
    return "\(opponent.strategy) against \(theirs) (\(work)):\noperations per second, medians\n"
      + "  clients        ours      theirs   ratio  (min to max)\n"
  }

  /// One row of the table.
  func measure(clients: Int, rounds: Int) throws -> String {
    var ours: [Double] = []
    var theirs: [Double] = []
    for _ in 0..<rounds {
      ours.append(try runOurs(clients: clients))
      theirs.append(try runTheirs(clients: clients))
    }
    let ratios = zip(ours, theirs).map { $0 / $1 }.sorted()
    let numbers = [ours.sorted()[rounds / 2], theirs.sorted()[rounds / 2]]
    return String(
      format: "  %7d  %10.0f  %10.0f   %5.2f  (%.2f to %.2f)\n", clients, numbers[0], numbers[1],
      ratios[rounds / 2], ratios[0], ratios[rounds - 1])
  }

  private func runOurs(clients: Int) throws -> Double {
    let strategy = try named(opponent.strategy)
    var workload = Workload(
      name: "bench", strategies: [], clients: clients, stock: 1_000_000_000, mix: Mix(take: 1),
      extent: .duration(.nanoseconds(Int64(seconds * 1e9))))
    if opponent != .redisBenchmark { workload.items = items }
    let plan = RunPlan(
      workload, of: strategy.system, seed: Seed(1), on: backends,
      historyPath: folder + "/history.jsonl")
    let result = try plan.carryOut(stop: NeverStops()) { _ in }
    return Double(result.tally.operations) / (Double(result.duration.inNanoseconds) / 1e9)
  }

  private func named(_ name: String) throws -> any Strategy.Type {
    guard let strategy = Catalogue.strategy(named: name) else {
      throw CLIError("\(name) is not in the catalogue", .internalError)
    }
    return strategy
  }
}

// MARK: - The peers

extension DriverBench {
  private func runTheirs(clients: Int) throws -> Double {
    let topology = backends.freshTopology()
    switch opponent {
    case .redisBenchmark:
      // Our own namespace is gone by now; theirs is one key, and the server is private.
      return try RedisBenchmark(topology)
        .rate(["DECR", topology.prefix + "item-0"], clients: clients, seconds: seconds)
    case .pgbench:
      // The same statement as pg-update's, on as many rows.
      let table = topology.schema
      let script = """
        \\set item random(0, \(items - 1))
        UPDATE \(table) SET units = units - 1 WHERE item = :item AND units >= 1 RETURNING units;

        """
      return try Pgbench(topology).rate(
        script, over: table, rows: items, clients: clients, seconds: seconds)
    case .sysbench:
      return try Sysbench(topology)
        .rate(in: topology.schema, rows: items, clients: clients, seconds: seconds)
    }
  }
}
