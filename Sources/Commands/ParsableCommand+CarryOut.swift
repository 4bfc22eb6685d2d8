// How a command line is carried out: a command parses, calls the libraries and prints; it decides
// only the exit code.

package import ArgumentParser
import Drivers
import Foundation
import History

extension ParsableCommand {
  /// Carries out the command line that the process was given, and ends the process.
  package static func carryOut() -> Never {
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
    if let refusal = CLIError(error) ?? CLIError(within: error) {
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
