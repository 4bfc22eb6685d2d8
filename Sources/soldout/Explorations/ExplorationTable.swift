// `soldout explore --all`: every strategy in small configurations, one line each.

import Checker
import Drivers
import Explorer
import Harness

struct ExplorationTable {
  private let subject: ExplorationSubject
  private let extent: ExplorationExtent
  private let external: ExternalServers
  private let isQuiet: Bool

  init(
    _ subject: ExplorationSubject, _ extent: ExplorationExtent, external: ExternalServers,
    isQuiet: Bool
  ) {
    self.subject = subject
    self.extent = extent
    self.external = external
    self.isQuiet = isQuiet
  }

  /// Explores, prints each line as it comes, and writes the file.
  func write(to path: String?) throws -> ExitStatus {
    if path == nil { try makeFolder(Self.folder) }
    let configurations = try Catalogue.strategies.map { strategy in
      Configuration(try subject.exploration(.standard(of: strategy)), of: strategy)
    }
    let bench = try ExplorationBench(
      configurations, worlds: extent.worlds, external: external, isQuiet: isQuiet)
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
      let report: ExplorationReport
      do {
        report = try bench.report(configuration, try extent.search(), try budget())
      } catch ExplorationFailure.lost {
        // What was explored before stands.
        break
      }
      table.append(report)
      Terminal.tell(table.lastRow)
      if let complaint = table.complaint {
        Terminal.tell("  \(complaint)\n")
        status = report.findings.verdict == .unknown && status != .violation ? .unknown : .violation
      }
    }
    if let path {
      try OutputFile(path).write(table.text)
    } else {
      try writeFile(table.text, to: "\(Self.folder)/exploration.txt")
    }
    return status
  }

  private static let folder = "results"

  /// A minute a strategy unless another budget is given.
  private func budget() throws -> ExplorationBudget {
    var budget = try extent.budget()
    if budget.seconds == nil, budget.schedules == nil { budget.seconds = 60 }
    return budget
  }
}
