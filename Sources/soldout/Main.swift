// The command line. A command parses, calls the libraries and prints; what it decides itself is the
// exit code.

import ArgumentParser
import Drivers
import Foundation
import History

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
    subcommands: [
      RunCommand.self, InitCommand.self, ProbeCommand.self, CompareCommand.self, CheckCommand.self,
      VerifyCommand.self,
      LintCommand.self,
      ConvertCommand.self, ReportCommand.self, DoctorCommand.self, ListCommand.self,
      BenchCommand.self, MutantsCommand.self, ExploreCommand.self, ReplayCommand.self,
      CleanCommand.self, ManualCommand.self,
    ])

  static func main() {
    StandardStream.secure()
    var status = ExitStatus.asExpected.rawValue
    PostgresEnvironment.forget()
    do {
      var command = try parseAsRoot()
      try command.run()
      status = ifNoneIsLost(status)
    } catch {
      status = tell(error)
    }
    Foundation.exit(Terminal.end(status))
  }

  /// Says what ended a command, and returns the exit code of that.
  private static func tell(_ error: any Error) -> Int32 {
    if let refusal = CLIError(error) {
      Terminal.complain(refusal.message)
      return refusal.status.rawValue
    }
    let status = exitCode(for: error).rawValue
    var text = fullMessage(for: error)
    // A violation that was found before is one all the same.
    guard !text.isEmpty else {
      return status == ExitStatus.violation.rawValue ? status : ifNoneIsLost(status)
    }
    // Help and completions were asked for. Of anything else it quotes words of the command line.
    guard status != ExitStatus.asExpected.rawValue else {
      Terminal.write(text + "\n")
      return status
    }
    let words = CommandLine.arguments.flatMap { word in
      [word] + word.split(separator: "=", maxSplits: 1).map { String($0) }
    }
    for word in words where Printable.text(word) != word {
      text = text.replacing(word, with: Printable.text(word))
    }
    Terminal.explain(text)
    return status
  }

  /// The status, or that of a lost server: a command that has lost one is not over, whatever it has
  /// printed.
  private static func ifNoneIsLost(_ status: Int32) -> Int32 {
    let lost = Interruption.shared.lost
    guard !lost.isEmpty else { return status }
    Terminal.complain(CLIError.sentence(on: lost))
    return ExitStatus.unavailable.rawValue
  }
}
