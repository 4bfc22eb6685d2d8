// Where `soldout bench` is now.

import ArgumentParser
import Commands

/// `soldout bench`.
struct MovedBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Moved to soldout-lab.", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var words: [String] = []

  func run() throws {
    throw CLIError(
      "soldout measures itself by `soldout-lab bench`; in the source tree, run `make bench`",
      .usage)
  }
}
