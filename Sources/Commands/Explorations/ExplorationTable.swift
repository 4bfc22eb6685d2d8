// `soldout explore --all`: every strategy in small configurations, one line each.

import Checker
import Drivers
import Explorer
import Harness
import Report

struct ExplorationTable {
  private let subject: ExplorationSubject
  private let extent: ExplorationExtent
  private let external: ExternalServers
  private let reports: ReportOptions
  private let isQuiet: Bool

  init(
    _ subject: ExplorationSubject, _ extent: ExplorationExtent, external: ExternalServers,
    reports: ReportOptions, isQuiet: Bool
  ) {
    self.subject = subject
    self.extent = extent
    self.external = external
    self.reports = reports
    self.isQuiet = isQuiet
  }

  /// Explores, prints each line as it comes, and writes the file.
  func write(to path: String?) throws -> ExitStatus {
    if path == nil { try makeFolder(Self.folder) }
    var strategies = Catalogue.strategies
    let unfit = try UnfitStrategies(among: &strategies, on: external)
    let configurations = try strategies.map { strategy in
      Configuration(try subject.exploration(.standard(of: strategy)), of: strategy)
    }
    let bench = try ExplorationBench(
      configurations, testbeds: extent.testbeds, external: external, isQuiet: isQuiet)
    defer { bench.close() }
    var table = ExplorationSummary()
    var explored: [ExplorationFacts] = []
    var left = unfit.leftOut.map { UnexploredStrategy(name: $0.name, reason: $0.why) }
    tell(table.heading)
    for sentence in unfit.sentences {
      table.append(sentence)
      tell(table.lastRow)
    }
    var notRun: [NotRun] = []
    for configuration in configurations {
      if Interruption.shared.isRequested {
        notRun.append(NotRun(strategy: configuration.name, of: "explore"))
        table.append("\(configuration.name) was not explored: the command ended first")
        tell(table.lastRow)
        continue
      }
      if let why = configuration.unfitness {
        left.append(UnexploredStrategy(name: configuration.name, reason: why))
        table.append("\(configuration.name) \(why)")
        tell(table.lastRow)
        continue
      }
      let outcome: ExplorationOutcome
      do {
        outcome = try bench.outcome(configuration, try extent.search(), try budget())
      } catch ExplorationFailure.lost {
        // What was explored before stands; the command ends here.
        notRun.append(NotRun(strategy: configuration.name, of: "explore"))
        continue
      }
      let facts = ExplorationFacts(
        outcome, of: "explore", expecting: configuration.card.expected.verdict,
        again: bench.again(configuration))
      table.append(facts)
      explored.append(facts)
      tell(table.lastRow)
      if let objection = table.objection { tell("  \(objection)\n") }
    }
    if let path {
      try OutputFile(path).write(table.text)
    } else {
      try writeFile(table.text, to: "\(Self.folder)/exploration.txt")
    }
    try reports.write(explored, notRun: notRun, leftOut: left)
    let status = explored.status(reports.unknown)
    // What was not explored has shown nothing.
    return status == .asExpected && !notRun.isEmpty ? .vacuous : status
  }

  /// Prints for people, unless a program reads.
  private func tell(_ text: String) {
    if !reports.json { Terminal.tell(text) }
  }

  private static let folder = "results"

  /// A minute a strategy unless another budget is given.
  private func budget() throws -> ExplorationBudget {
    var budget = extent.budget()
    if budget.seconds == nil, budget.schedules == nil { budget.seconds = 60 }
    return budget
  }
}
