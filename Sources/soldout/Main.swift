// The command line. A command parses, calls the libraries and prints; what it decides itself is the
// exit code.

import ArgumentParser

@main
struct Soldout: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soldout",
    abstract: "Proves, or breaks, the way software sells the last item.",
    discussion: """
      Runs many concurrent clients against real Redis and PostgreSQL servers, records every call \
      and reply, and decides from the history whether the stock behaved like one stock.

      Exit codes: 0 as expected (linearizable, or the verdict a workload declares), 1 violation, \
      2 unknown, 3 vacuous, 64 usage, 65 bad input, 69 a server or program is missing, \
      70 internal error, 74 a file can't be read or written.
      """,
    version: Version.text,
    subcommands: [
      RunCommand.self, CompareCommand.self, CheckCommand.self, VerifyCommand.self, LintCommand.self,
      ConvertCommand.self, ReportCommand.self, DoctorCommand.self, ListCommand.self,
      BenchCommand.self, MutantsCommand.self, ExploreCommand.self, ReplayCommand.self,
      ManualCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      endIfLost()
    } catch {
      guard let complaint = Complaint(error) else {
        // A violation that was found before is one all the same.
        if (error as? ExitCode)?.rawValue != ExitStatus.violation.rawValue { endIfLost() }
        exit(withError: error)
      }
      Terminal.complain(complaint.message)
      exit(withError: ExitCode(complaint.status.rawValue))
    }
  }

  /// A command that has lost a server is not over, whatever it has printed.
  private static func endIfLost() {
    let lost = Interruption.shared.lost
    guard !lost.isEmpty else { return }
    Terminal.complain(Complaint.sentence(on: lost))
    exit(withError: ExitCode(ExitStatus.unavailable.rawValue))
  }
}
