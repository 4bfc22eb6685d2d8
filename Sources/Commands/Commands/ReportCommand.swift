// `soldout report`: a recorded run again, two of them side by side, or a window of one.

import ArgumentParser
import Harness
import Report

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show a recorded run, or two side by side.",
    discussion: """
      RUN is a run's folder, a workload's name (for its latest run), or a history.

        soldout report redis-decr                        everything about it
        soldout report --compare RUN RUN                 what changed from one to the other
        soldout report RUN --key item-4 --around 1200    the operations around #1200
        soldout report RUN --around 1200ms               around 1.2 s after the first call
      """)

  @Argument(help: ArgumentHelp("Folder, workload or history.", valueName: "run"))
  var runs: [String]

  @Flag(help: "Compare two runs.")
  var compare = false

  @OptionGroup(title: "A window of the history") var window: WindowOptions

  @OptionGroup(title: "Histories from elsewhere") var options: CheckOptions

  @OptionGroup(title: "Histories from elsewhere") var input: FormatOptions

  @OptionGroup(title: "Reports") var reports: ReportOptions

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    guard runs.count == (compare ? 2 : 1) else {
      throw ValidationError(
        compare ? "--compare takes two runs" : "one run at a time; for two, give --compare")
    }
    guard !reports.isAsked || !(compare || window.isAsked) else {
      throw ValidationError(
        "--json, --junit and --markdown report a whole run; leave them out here")
    }
    guard !(compare && window.isAsked) else {
      throw ValidationError("--compare and --around can't be combined; leave one out")
    }
  }

  func run() throws {
    let paths = try runs.map(RunSource.path)
    try NamedOutput.check(
      reports.files + options.files, reading: paths.flatMap(Checked.filesRead))
    if window.isAsked {
      Terminal.write(try window.text(of: RunSource.history(paths[0], input), screen.style()))
      return
    }
    if compare { try paths.forEach(RunSource.requireFolder) }
    let checked = try paths.map { try Checked($0, options, input, needsWhole: true) }
    if compare {
      Terminal.write(
        SideBySide(
          (paths[0], try checked[0].runs(paths[0])), (paths[1], try checked[1].runs(paths[1]))
        ).text(screen.style()))
    } else {
      if !reports.json { Terminal.write(checked[0].detailed.text(screen.style())) }
      try reports.write(checked)
    }
    let status = checked.last?.status(reports.unknown) ?? .asExpected
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }
}

extension Checked {
  fileprivate var detailed: DetailedReport {
    switch self {
    case .histories(let facts): DetailedReport(facts)
    case .runs(let facts): DetailedReport(facts)
    }
  }

  fileprivate func runs(_ path: String) throws -> [RunFacts] {
    if case .runs(let facts) = self { return facts }
    throw CLIError("\(path) is not a run's folder; --compare needs two", .usage)
  }
}
