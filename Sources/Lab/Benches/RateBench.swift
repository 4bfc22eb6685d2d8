// One small tree of schedules, explored again and again on servers of its own, to measure speed
// and cost.

import Commands
import Drivers
import Explorer
import Foundation
import Harness
import Mutants
import Synchronization

final class RateBench {
  /// How fast schedules were run.
  struct Rate {
    /// Schedules in a second.
    var perSecond: Double
    /// Processor time for each, the servers' not counted, in µs.
    var microseconds: Double
    /// The clients' commands in a second.
    var commands: Double
  }

  /// What the process holds after this many schedules.
  struct Row: Sendable {
    var schedules: Int
    var seconds: Double
    var peakBytes: Int
    var openFiles: Int
  }

  private let bench: ExplorationBench
  private let configuration: Configuration
  private let wished: Int?
  private let seconds: Double

  convenience init(named name: String, testbeds: Int?, seconds: Double) throws {
    try self.init(
      Configuration(try OptionText.strategy(name)), testbeds: testbeds, seconds: seconds)
  }

  init(_ configuration: Configuration, testbeds: Int?, seconds: Double) throws {
    self.configuration = configuration
    // redis-benchmark would show a password to everybody in `ps`.
    var demands = ServerDemands()
    demands.isOpen = true
    bench = try ExplorationBench(
      [configuration], testbeds: testbeds, external: ExternalServers(), isQuiet: true,
      demands: demands)
    wished = testbeds
    self.seconds = seconds
  }

  func close() { bench.close() }

  var name: String { configuration.name }

  var testbeds: Int { exploration(ExplorationBudget()).places.count }

  /// Every order: what is left out by reduction would be no schedule.
  private func exploration(_ budget: ExplorationBudget) -> Exploration {
    bench.exploration(configuration, .exhaustive(reduces: false, preemptions: nil), budget)
  }

  /// Counted from when a fifth of the time is over: testbeds are open then.
  func rate() throws -> Rate {
    let first = Mutex<(schedules: Int, seconds: Double, used: Double)?>(nil)
    let fifth = seconds / 5
    let (findings, _) = try exploration(ExplorationBudget(seconds: seconds))
      .carryOut(from: Frontier(times: Self.often), stop: Interruption.shared) { progress in
        guard progress.seconds >= fifth else { return }
        first.withLock {
          $0 = $0 ?? (progress.schedules, progress.seconds, ProcessorTime.seconds)
        }
      }
    guard let start = first.withLock({ $0 }), findings.schedules > start.schedules else {
      throw CLIError("no schedule was run in time; give it more with --seconds", .unknown)
    }
    let count = Double(findings.schedules - start.schedules)
    let perSecond = count / (findings.seconds - start.seconds)
    return Rate(
      perSecond: perSecond,
      microseconds: (ProcessorTime.seconds - start.used) * 1e6 / count,
      commands: perSecond * Double(findings.steps) / Double(findings.schedules))
  }

  /// Commands per second of the server's own load generator, with a connection for each world: in
  /// a world one command is under way at a time.
  func yardstick() throws -> Double {
    let place = exploration(ExplorationBudget()).places[0]
    guard configuration.card.needs.contains(.postgres) else {
      return try RedisBenchmark(place)
        .rate(["DECR", place.prefix + "yardstick"], clients: testbeds, seconds: seconds)
    }
    let table = place.schema + "_yardstick"
    let script = """
      BEGIN;
      SELECT units FROM \(table) WHERE item = :client_id;
      UPDATE \(table) SET units = units - 1 WHERE item = :client_id;
      COMMIT;

      """
    return 4
      * (try Pgbench(place).rate(
        script, over: table, rows: testbeds, clients: testbeds, seconds: seconds))
  }

  /// Explores this many schedules, and says ten times what it holds. Two orders at least of one call
  /// each make a tree, so half as many trees are enough.
  func endure(_ schedules: Int, tell: @escaping @Sendable (Row) -> Void) throws {
    let told = Mutex(0)
    @Sendable func row(_ schedules: Int, _ seconds: Double) -> Row {
      Row(
        schedules: schedules, seconds: seconds, peakBytes: PeakMemory.bytes,
        openFiles: Self.openFiles)
    }
    let (findings, _) = try exploration(ExplorationBudget(schedules: schedules)).carryOut(
      from: Frontier(times: schedules / 2), stop: Interruption.shared
    ) { progress in
      let tenth = min(9, progress.schedules * 10 / schedules)
      let isNew = told.withLock { last in
        defer { last = max(last, tenth) }
        return tenth > last
      }
      if isNew { tell(row(progress.schedules, progress.seconds)) }
    }
    tell(row(findings.schedules, findings.seconds))
  }

  /// More often than any measurement lasts.
  private static let often = 200_000

  /// The process' open files; 0 where the system doesn't say.
  private static var openFiles: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd"))?.count ?? 0
  }
}
