// `soldout explore`: every interleaving of a strategy's commands on real servers.

import ArgumentParser
import Explorer
import Harness

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Walk every interleaving of a strategy's commands on real servers.",
    discussion: """
      A scheduler decides whose next command goes out, waits for its reply, and goes on; what is \
      found is judged and, where it breaks the stock, cut down to the shortest schedule that does, \
      with a token for `soldout replay`.
      """)

  @Argument(help: "A strategy by name (see `soldout list strategies`).")
  var strategy: String?

  @Flag(help: "Explore every strategy in small configurations and write a table.")
  var all = false

  @OptionGroup(title: "What is explored") var scope: ExplorationOptions
  @OptionGroup(title: "Servers") var servers: ServerOptions

  @Option(help: "With --all: the file for the table.")
  var output = "results/exploration.txt"

  @Flag(help: "Print nothing but the report.")
  var quiet = false

  func run() throws {
    guard all != (strategy != nil) else {
      throw Complaint("name one strategy to explore, or give --all", .usage)
    }
    let status: ExitStatus
    if let strategy {
      let bench = try ExplorationBench(
        [try scope.configuration(of: strategy)], worlds: scope.worlds,
        external: try servers.external(), isQuiet: quiet)
      defer { bench.close() }
      status = try bench.explore(
        try scope.configuration(of: strategy), try scope.search(), try scope.budget())
    } else {
      status = try ExplorationTable(scope, external: try servers.external(), isQuiet: quiet)
        .write(to: output)
    }
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }
}
