// `soldout explore --all`: every strategy in small configurations, one line each.

import Checker
import Drivers
import Explorer
import Foundation
import Harness

struct ExplorationTable {
  private let scope: ExplorationOptions
  private let external: ExternalServers
  private let isQuiet: Bool

  init(_ scope: ExplorationOptions, external: ExternalServers, isQuiet: Bool) {
    self.scope = scope
    self.external = external
    self.isQuiet = isQuiet
  }

  /// Explores, prints each line as it comes, and writes the file.
  func write(to path: String) throws -> ExitStatus {
    let configurations = try Catalogue.names.map { try scope.configuration(of: $0) }
    let bench = try ExplorationBench(
      configurations, worlds: scope.worlds, external: external, isQuiet: isQuiet)
    defer { bench.close() }
    var table = ExplorationSummary()
    var status = ExitStatus.asExpected
    Terminal.tell(table.heading)
    for configuration in configurations where !Interruption.shared.isRequested {
      if let why = configuration.unfitness {
        table.append(configuration, why)
        Terminal.tell(table.lastRow)
        continue
      }
      let report = try bench.report(configuration, try scope.search(), try budget())
      table.append(report)
      Terminal.tell(table.lastRow)
      if !table.isLastAsExpected {
        status = report.findings.verdict == .violation ? .violation : .unknown
      }
    }
    try FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try writeFile(table.text, to: path)
    return status
  }

  /// A minute a strategy unless another budget is given.
  private func budget() throws -> ExplorationBudget {
    var budget = try scope.budget()
    if budget.seconds == nil, budget.schedules == nil { budget.seconds = 60 }
    return budget
  }
}
