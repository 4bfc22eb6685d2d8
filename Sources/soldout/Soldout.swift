// The command line that is shipped.

import ArgumentParser
import Commands

@main
struct Soldout: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soldout",
    abstract: "Proves, or breaks, the way software sells the last item.",
    discussion: """
      Runs many concurrent clients against real Redis, PostgreSQL and MySQL servers, records every \
      call and reply, and decides from the history whether the stock behaved like one stock.

      Exit codes: 0 as expected (linearizable, or the verdict a workload declares), 1 violation, \
      2 unknown, 3 vacuous, 64 usage, 65 bad input, 69 a server or program is missing, \
      70 internal error, 74 a file can't be read or written.
      """,
    version: Version.text,
    subcommands: CommandCatalogue.commands + [
      ManualCommand.self, MovedMutantsCommand.self, MovedBenchCommand.self,
    ])

  static func main() { carryOut() }
}
