// `soldout lint`: everything that is malformed in a history, with its place.

import ArgumentParser
import Drivers
import History

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Report what is malformed in histories.",
    discussion: "Exits with 65 on an error, with 0 on warnings alone.")

  @Argument(help: "Histories, gzipped or not; - for standard input.")
  var file: [String]

  @OptionGroup var input: FormatOptions

  func run() throws {
    var errors = 0
    for path in file {
      let name = Printable.text(path)
      let found = Lint.findings(
        in: try readFile(path), format: input.format, independent: input.independent,
        time: input.time)
      for finding in found.findings {
        let message = Printable.text(finding.message)
        Terminal.tell(
          "\(name):\(finding.line):\(finding.column): \(finding.rule.severity): \(message) "
            + "[\(finding.rule.rawValue)]\n")
      }
      if found.findings.isEmpty { Terminal.tell("\(name): nothing wrong\n") }
      if found.isCut { Terminal.tell("\(name): more follow; fix these first\n") }
      errors += found.count(.error)
    }
    if errors > 0 { throw ExitCode(ExitStatus.badInput.rawValue) }
  }
}
