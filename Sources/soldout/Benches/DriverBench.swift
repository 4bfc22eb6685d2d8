// One strategy of ours and the server's own load generator, in turn on one private server.

import Drivers
import Foundation
import Harness

/// A comparison of drivers.
final class DriverBench {
  enum Opponent {
    case redisBenchmark
    case pgbench
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
    backends = try Backends(
      opponent == .redisBenchmark ? .redis : .postgres, external: ExternalServers(),
      clients: clients)
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
    let (ours, theirs, work) =
      switch opponent {
      case .redisBenchmark: ("redis-decr", "redis-benchmark", "DECR, one key")
      case .pgbench: ("pg-update", "pgbench -M prepared", "UPDATE … RETURNING, 1000 rows")
      }
    return "\(ours) against \(theirs) (\(work)):\noperations per second, medians\n"
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
    let strategy: any Strategy.Type
    var workload = Workload(
      name: "bench", strategies: [], clients: clients, stock: 1_000_000_000, mix: Mix(take: 1),
      extent: .duration(.nanoseconds(Int64(seconds * 1e9))))
    switch opponent {
    case .redisBenchmark: strategy = try named("redis-decr")
    case .pgbench:
      strategy = try named("pg-update")
      workload.items = items
    }
    let plan = RunPlan(
      workload: workload, strategy: strategy, seed: Seed(1), topology: backends.freshTopology(),
      historyPath: folder + "/history.jsonl", servers: backends.versions)
    let result = try plan.carryOut(stop: NeverStops()) { _ in }
    return Double(result.tally.operations) / (Double(result.duration.inNanoseconds) / 1e9)
  }

  private func named(_ name: String) throws -> any Strategy.Type {
    guard let strategy = Catalogue.strategy(named: name) else {
      throw Complaint("\(name) is not in the catalogue", .internalError)
    }
    return strategy
  }
}

// MARK: - The peers

extension DriverBench {
  private func runTheirs(clients: Int) throws -> Double {
    switch opponent {
    case .redisBenchmark: try redisBenchmark(clients: clients)
    case .pgbench: try pgbench(clients: clients)
    }
  }

  /// redis-benchmark counts requests, so a short run first tells how many fill the time.
  private func redisBenchmark(clients: Int) throws -> Double {
    let topology = backends.freshTopology()
    guard case .unix(let socket)? = topology.redis?.endpoint else {
      throw Complaint("the private Redis has no unix socket", .internalError)
    }
    func run(requests: Int) throws -> Double {
      // Our own namespace is gone by now; theirs is one key, and the server is private.
      let output = try Program("redis-benchmark").run([
        "-s", socket, "-c", "\(clients)", "-n", "\(requests)", "--csv", "DECR",
        topology.prefix + "item-0",
      ])
      // "test","rps",… and then "DECR …","123456.78",…
      let row = output.split(separator: "\n").last.map(String.init) ?? ""
      let fields = row.split(separator: ",")
        .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
      guard fields.count > 1, let rate = Double(fields[1]), rate > 0 else {
        throw Complaint("redis-benchmark printed no rate: \(row)", .unavailable)
      }
      return rate
    }
    return try run(requests: Int(try run(requests: 10_000) * seconds))
  }

  private func pgbench(clients: Int) throws -> Double {
    let topology = backends.freshTopology()
    guard let address = topology.postgres else {
      throw Complaint("the private PostgreSQL has no address", .internalError)
    }
    // The same table and statement as pg-update's, on as many rows.
    let table = topology.schema
    let setUp = """
      CREATE TABLE \(table) (item integer PRIMARY KEY, units integer NOT NULL,
        version integer NOT NULL DEFAULT 0);
      INSERT INTO \(table) SELECT item, 1000000000 FROM generate_series(0, \(items - 1)) item;
      """
    let script = """
      \\set item random(0, \(items - 1))
      UPDATE \(table) SET units = units - 1 WHERE item = :item AND units >= 1 RETURNING units;

      """
    try script.write(toFile: folder + "/script.sql", atomically: true, encoding: .utf8)
    let place = ["-h", address.host, "-p", "\(address.port)", "-U", address.user]
    _ = try Program("psql").run(place + ["-q", "-c", setUp, address.database])
    let output = try Program("pgbench").run(
      place + [
        "-n", "-M", "prepared", "-c", "\(clients)", "-j", "\(min(clients, 2))",
        "-T", "\(Int(seconds.rounded(.up)) + 1)", "-f", folder + "/script.sql", address.database,
      ])
    _ = try Program("psql").run(place + ["-q", "-c", "DROP TABLE \(table)", address.database])
    guard
      let line = output.split(separator: "\n").last(where: { $0.hasPrefix("tps = ") }),
      let rate = Double(line.dropFirst(6).prefix { $0.isNumber || $0 == "." })
    else { throw Complaint("pgbench printed no rate: \(output.suffix(200))", .unavailable) }
    return rate
  }
}
