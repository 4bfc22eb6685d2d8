// `soldout run`: a workload on real servers, recorded, judged and reported.

import ArgumentParser
import Drivers
import Foundation
import Harness
import Report

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a workload on real servers and judge it.",
    discussion: "Without your own servers, soldout starts private ones and removes them afterwards."
  )

  @Argument(
    help: "A workload by name (see `soldout list workloads`) or its YAML file.",
    completion: .custom { _, _, _ in WorkloadSource.names })
  var workload = "default"

  @OptionGroup(title: "Workload") var changes: WorkloadOptions
  @OptionGroup(title: "Servers") var servers: ServerOptions

  @OptionGroup(title: "Reports") var reports: ReportOptions

  @OptionGroup var time: TimeBudget

  @Option(help: "Folder for histories and reports.")
  var output = "results"

  @Flag(help: "Print nothing but the report.")
  var quiet = false

  @Flag(
    help: "Skip the test calls to your program or service before the run.")
  var noProbe = false

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let loaded = try WorkloadSource.load(workload)
    if !quiet, let notice = WorkloadSource.notice(of: workload) { Terminal.complain(notice) }
    try reports.reporting(
      of: loaded.name, loaded.external?.card.name ?? loaded.strategies.joined(separator: ", ")
    ) {
      try carryOut(loaded)
    }
  }

  private func carryOut(_ loaded: Workload) throws {
    let read = WorkloadSource.isPath(workload) ? [workload] : []
    if loaded.isOnlyExplored {
      try NamedOutput.check(reports.files, reading: read)
      return try explore(loaded)
    }
    let workload = try changes.applied(to: loaded)
    try NamedOutput.check(reports.files, reading: read)
    let experiment = try Experiment(
      workload: workload, external: try servers.external(), output: output, reports: reports,
      screen: screen, isQuiet: quiet)
    defer { experiment.close() }
    Interruption.shared.watch(endingAfter: time.budget)
    experiment.probes = !noProbe
    experiment.workloadFile = WorkloadSource.localFile(of: self.workload)
    experiment.namedFile = WorkloadSource.isPath(self.workload) ? self.workload : nil
    let status = try experiment.run()
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }

  /// A workload that is explored; the options of runs mean nothing to it.
  private func explore(_ workload: Workload) throws {
    guard !changes.areGiven, time.budget == nil else {
      throw CLIError(
        "\(self.workload) is explored, not run; `soldout explore \(self.workload)` has its options",
        .usage)
    }
    let named = NamedExploration(
      workload, extent: try ExplorationExtent.parse([]), external: try servers.external(),
      isQuiet: quiet)
    let status =
      try named?.run(
        frontier: nil, reports: reports, file: WorkloadSource.localFile(of: self.workload))
      ?? .asExpected
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }
}
