// `soldout bench program`: what soldout's proxies cost a program.

import ArgumentParser

struct BenchProgramCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "program",
    abstract: "A trivial client in Python and C, with and without soldout's proxy.",
    discussion: """
      Each client sends one DECR after the other, to a private Redis by its port and through a proxy as a \
      run of a program has one, in turn, several rounds. It is the worst case: a call that does nothing but \
      ask a server that answers at once. Prints medians and the median of the ratios round by round.
      """)

  @Option(help: "Numbers of clients, separated by commas.")
  var clients = "1,8"

  @Option(help: "Rounds per number of clients.")
  var rounds = 5

  @Option(help: "Seconds of each measurement.")
  var seconds = 1.0

  func run() throws {
    let counts = clients.split(separator: ",").compactMap { Int($0) }
    guard !counts.isEmpty, counts.allSatisfy({ (1...100).contains($0) }) else {
      throw Complaint("--clients is a list of numbers from 1 to 100, such as 1,8", .usage)
    }
    guard (1...100).contains(rounds), (0.1...60).contains(seconds) else {
      throw Complaint("--rounds is from 1 to 100 and --seconds from 0.1 to 60", .usage)
    }
    let bench = try ProgramBench(seconds: seconds)
    defer { bench.close() }
    Terminal.tell(ProgramBench.heading)
    for language in bench.languages {
      for count in counts {
        Terminal.tell(try bench.measure(language, clients: count, rounds: rounds))
      }
    }
  }
}
