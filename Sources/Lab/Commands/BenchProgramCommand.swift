// `soldout-lab bench program`: what soldout's proxies cost a program.

import ArgumentParser
import Commands

struct BenchProgramCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "program",
    abstract: "A trivial client in Python and C, with and without soldout's proxy.",
    discussion: """
      Each client sends one DECR after another to a private Redis, in alternating rounds directly and \
      through the proxy that a program's run has. This is the worst case: calls that do nothing but \
      ask a server that answers at once. Prints medians, and the median of the rounds' ratios.
      """)

  @Option(help: "Numbers of clients, separated by commas.")
  var clients = "1,8"

  @OptionGroup var options: BenchOptions

  @Option(help: "Seconds of each measurement.")
  var seconds = 1.0

  func run() throws {
    let counts = try BenchOptions.counts(clients, most: 100, such: "1,8")
    try options.check(seconds: seconds)
    let bench = try ProgramBench(seconds: seconds)
    defer { bench.close() }
    Terminal.tell(ProgramBench.heading)
    for language in bench.languages {
      for count in counts {
        Terminal.tell(try bench.measure(language, clients: count, rounds: options.rounds))
      }
    }
  }
}
