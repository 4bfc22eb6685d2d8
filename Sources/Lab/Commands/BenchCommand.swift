// `soldout-lab bench`: the drivers' speed as ratios to the servers' own load generators, the checker's
// as growth with the history, the explorer's in schedules.

import ArgumentParser
import Commands

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the drivers against their peers, and the checking engines.",
    subcommands: [
      BenchDriverCommand.self, BenchProgramCommand.self, BenchCheckerCommand.self,
      BenchExplorerCommand.self,
    ])
}

struct BenchDriverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "driver",
    abstract:
      "redis-decr against redis-benchmark, pg-update against pgbench, mysql-update against sysbench.",
    discussion: """
      Both use the same server, unix socket, statement and number of clients, in alternating \
      rounds; soldout records and writes everything. Prints medians, and the median of the \
      rounds' ratios.
      """)

  @Option(help: "Numbers of clients, separated by commas.")
  var clients = "1,16,64,256"

  @OptionGroup var options: BenchOptions

  @Option(help: "Seconds of each measurement.")
  var seconds = 2.0

  func run() throws {
    let counts = try BenchOptions.counts(clients, most: 1000, such: "1,16,64")
    try options.check(seconds: seconds)
    for opponent in [DriverBench.Opponent.redisBenchmark, .pgbench, .sysbench] {
      let bench = try DriverBench(opponent, clients: counts.max() ?? 1, seconds: seconds)
      defer { bench.close() }
      Terminal.tell(bench.heading)
      for count in counts {
        Terminal.tell(try bench.measure(clients: count, rounds: options.rounds))
      }
    }
  }
}
