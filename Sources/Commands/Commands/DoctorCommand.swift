// `soldout doctor`: what this machine has and lacks for runs, and what fixes each lack.

import ArgumentParser
import Drivers
import Harness
import Report

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check what this machine lacks, and how to fix it.",
    discussion: """
      Starts and stops a private server of each kind, and checks limits, disk space and the clock. \
      Exits with 69 if something that every run needs is missing.
      """)

  @Option(help: "The folder that runs would be written to.")
  var output = "results"

  @OptionGroup(title: "Servers") var servers: ProgramOptions

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    var report = CheckupReport()
    report.append("soldout", .ok, Version.text, advice: nil)
    let programs = try servers.programs()
    let items =
      [CheckupItem.redis(programs), .postgres(programs), .mysql(programs), .shim()]
      + [
        .program("redis-benchmark", for: "soldout bench", package: "redis-tools"),
        .program("pgbench", for: "soldout bench", package: "postgresql-contrib"),
        .program("sysbench", for: "soldout bench", package: "sysbench"),
      ] + Machine.look(results: output).items
    for item in items {
      report.append(item.name, CheckupReport.State(item.state), item.found, advice: item.advice)
    }
    Terminal.write(report.text(screen.style()))
    if items.contains(where: { $0.state == .missing }) {
      throw ExitCode(ExitStatus.unavailable.rawValue)
    }
  }
}

extension CheckupReport.State {
  fileprivate init(_ state: CheckupItem.State) {
    self =
      switch state {
      case .ok: .ok
      case .doubtful: .doubtful
      case .missing: .missing
      }
  }
}
