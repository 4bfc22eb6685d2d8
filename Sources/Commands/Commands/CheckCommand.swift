// `soldout check`: a verdict on recorded histories, of soldout's own or from elsewhere.

import ArgumentParser
import Report

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Judge recorded histories.",
    discussion: """
      FILE is a history, gzipped or not, - for standard input, or the folder of a run.
      """)

  @Argument(help: "Histories, or folders of runs.")
  var file: [String]

  @OptionGroup var options: CheckOptions

  @OptionGroup var input: FormatOptions

  @OptionGroup(title: "Reports") var reports: ReportOptions

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    guard options.certificate == nil || file.count == 1 else {
      throw CLIError("a certificate covers one history; name one file", .usage)
    }
    try NamedOutput.check(
      reports.files + options.files, reading: file.flatMap(Checked.filesRead))
    Interruption.shared.watch()
    let progress = Screen(isQuiet: reports.json, screen)
    var all: [Checked] = []
    // What was judged is reported, even if a later one can't be.
    var failure: (any Error)?
    for path in file where failure == nil {
      do {
        defer { progress.end() }
        all.append(try Checked(path, options, input, Judging(of: path, on: progress)))
      } catch {
        failure = error
      }
    }
    let together = Checked.together(all)
    if !reports.json {
      Terminal.write(
        together.map { $0.text(screen.style(), onlyFailures: reports.onlyFailures) }
          .joined(separator: "\n"))
    }
    if let failure { throw failure }
    try reports.write(all)
    let status = all.reduce(ExitStatus.asExpected) { $0.worse(than: $1.status(reports.unknown)) }
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }
}
