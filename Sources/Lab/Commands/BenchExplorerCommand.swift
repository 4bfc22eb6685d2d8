// `soldout-lab bench explorer`: how many schedules the explorer runs per second, and whether it leaks
// anything over many of them.

import ArgumentParser
import Commands
import Drivers
import Explorer
import Foundation
import Harness

struct BenchExplorerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explorer",
    abstract: "Schedules per second, or memory and open files over many schedules.",
    discussion: """
      Two clients, one call each, every order, again and again: GET and SET (6 schedules), WATCH, \
      GET, MULTI, DECRBY and EXEC (252), and BEGIN, SELECT, UPDATE and COMMIT (50). The three \
      alternate, several rounds each, beside the server's own load generator. With --schedules, \
      explores one strategy for that many schedules and prints a row after each tenth of them, the \
      last when everything is closed.
      """)

  @Option(help: "Rounds of each measurement.")
  var rounds = 5

  @Option(help: "Seconds of each measurement.")
  var seconds = 2.0

  @Option(
    parsing: .unconditional, help: "Instead: memory and open files over this many schedules.")
  var schedules: Int?

  @Option(help: "With --schedules: the strategy or mutant to explore.")
  var strategy = "redis-get-set"

  @Option(
    help: ArgumentHelp(
      "Instead of strategies: the program or service of this workload.", valueName: "file"),
    completion: .file())
  var program: String?

  @Option(
    parsing: .unconditional,
    help: "Schedules to run side by side (default: what the servers can handle).")
  var testbeds: Int?

  func validate() throws {
    guard (1...100).contains(rounds), (0.1...600).contains(seconds) else {
      throw ValidationError("--rounds is from 1 to 100 and --seconds from 0.1 to 600")
    }
    guard (10...100_000_000).contains(schedules ?? 10) else {
      throw ValidationError("--schedules is from 10 to 100000000")
    }
    guard (1...64).contains(testbeds ?? 1) else {
      throw ValidationError("--testbeds is from 1 to 64")
    }
  }

  func run() throws {
    if let schedules { return try endure(schedules) }
    if program != nil { return try measureProgram() }
    let known = ["redis-get-set", "redis-watch.exec-nil-sold", "pg-for-update.no-for-update"]
    let benches = try known.map {
      try RateBench(named: $0, testbeds: testbeds, seconds: seconds)
    }
    defer { for bench in benches { bench.close() } }
    var rates = benches.map { _ in [(ours: RateBench.Rate, theirs: Double)]() }
    for _ in 0..<rounds where !Interruption.shared.isRequested {
      for (place, bench) in benches.enumerated() {
        rates[place].append((try bench.rate(), try bench.yardstick()))
      }
    }
    Terminal.tell(
      """
      two clients, one call each, every order: schedules per second, medians; µs of
      processor time for each, without the servers'; ratio: the clients'
      commands to what redis-benchmark and pgbench send, one connection per testbed

                               testbeds  schedules/s  (min to max)         µs  ratio

      """)
    for (bench, rates) in zip(benches, rates) where !rates.isEmpty {
      let sorted = rates.map(\.ours.perSecond).sorted()
      let used = rates.map(\.ours.microseconds).sorted()
      let ratios = rates.map { $0.ours.commands / $0.theirs }.sorted()
      let time = used[used.count / 2]
      let range = String(format: "(%.0f to %.0f)", sorted[0], sorted[sorted.count - 1])
      Terminal.tell(
        String(
          format: "%@  %6d  %11.0f  %@ %6.*f  %5.2f\n",
          bench.name.padding(toLength: 27, withPad: " ", startingAt: 0), bench.testbeds,
          sorted[sorted.count / 2], range.padding(toLength: 16, withPad: " ", startingAt: 0),
          time < 1000 ? 1 : 0, time, ratios[ratios.count / 2]))
    }
  }

  /// The processes' own work is most of it, so there is nothing to compare it with.
  private func measureProgram() throws {
    guard let program else { return }
    let bench = try RateBench(
      ExternalExploration.configuration(of: program), testbeds: 1, seconds: seconds)
    defer { bench.close() }
    var rates: [RateBench.Rate] = []
    for _ in 0..<rounds where !Interruption.shared.isRequested { rates.append(try bench.rate()) }
    let sorted = rates.map(\.perSecond).sorted()
    let used = rates.map(\.microseconds).sorted()
    guard let least = sorted.first, let most = sorted.last else { return }
    Terminal.tell(
      String(
        format: "%@: %.0f schedules/s (%.0f to %.0f), %.0f µs of soldout's processor time each\n",
        bench.name, sorted[sorted.count / 2], least, most, used[used.count / 2]))
  }

  /// One exploration without end, and what the process holds along the way.
  private func endure(_ schedules: Int) throws {
    let bench = try RateBench(
      program.map(ExternalExploration.configuration)
        ?? Configuration(try OptionText.strategy(strategy)), testbeds: testbeds,
      seconds: .infinity)
    defer { bench.close() }
    Terminal.tell("   schedules      time  peak memory  open files\n")
    try bench.endure(schedules) { row in
      Terminal.tell(
        String(
          format: "  %10d  %6.1f s  %8.1f MB  %10d\n", row.schedules, row.seconds,
          Double(row.peakBytes) / 1e6, row.openFiles))
    }
  }
}
