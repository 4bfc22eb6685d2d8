// The command line that stays in the source tree: what is shipped, and what tries and measures it.

import ArgumentParser
import Commands
import Harness
import Mutants

@main
struct SoldoutLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soldout-lab",
    abstract: "Tries soldout on mutants, and measures it.",
    discussion: """
      All of soldout's commands, which know mutants by their names here, and two more: mutants and \
      bench. Exit codes are soldout's.
      """,
    version: Version.text,
    subcommands: [MutantsCommand.self, BenchCommand.self] + CommandCatalogue.commands)

  static func main() {
    Catalogue.add(MutantCatalogue.mutants)
    carryOut()
  }
}
