// Commands that the shipped program once had: who types one is told where it is.

import ArgumentParser
import Commands

/// `soldout mutants`.
struct MovedMutantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutants", abstract: "Moved to soldout-lab.", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough) var words: [String] = []

  func run() throws {
    throw CLIError(
      "mutants are hunted by `soldout-lab mutants`; in the source tree, run `make mutants`", .usage)
  }
}
