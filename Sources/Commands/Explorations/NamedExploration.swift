// A workload that is explored: its strategies one after another, each compared with the verdict that
// the workload expects.

import Checker
import Drivers
import Explorer
import Harness
import Report

struct NamedExploration {
  let workload: Workload
  let spec: Workload.Exploration
  let extent: ExplorationExtent
  let external: ExternalServers
  let isQuiet: Bool

  /// Nil: the workload is to be run, not to be explored.
  init?(
    _ workload: Workload, extent: ExplorationExtent, external: ExternalServers, isQuiet: Bool
  ) {
    guard let spec = workload.exploration else { return nil }
    self.workload = workload
    self.spec = spec
    self.extent = extent
    self.external = external
    self.isQuiet = isQuiet
  }

  /// Explores and reports each; the status of the worst that is not as expected.
  func run(frontier: FrontierFile?, reports: ReportOptions, file: String?) throws -> ExitStatus {
    var strategies = try workload.strategies.map { name in
      guard let strategy = Catalogue.explorable(named: name) else {
        throw OptionText.noStrategy(name)
      }
      return strategy
    }
    let unfit = try UnfitStrategies(among: &strategies, on: external)
    guard frontier == nil || strategies.count == 1 else {
      throw CLIError(
        "a frontier belongs to one strategy, and \(workload.name) has \(strategies.count); explore "
          + "one of them by itself", .usage)
    }
    let configurations = strategies.map { Configuration(spec, of: $0) }
    let bench = try ExplorationBench(
      configurations, testbeds: extent.testbeds, external: external, isQuiet: isQuiet)
    defer { bench.close() }
    let isTold = !reports.json
    if isTold {
      Terminal.tell(Listing(workload.name, [workload.about]).text(Terminal.style()))
      for sentence in unfit.sentences { Terminal.tell("\n\(sentence).\n") }
    }
    var explored: [ExplorationFacts] = []
    for configuration in configurations where !Interruption.shared.isRequested {
      if isTold { Terminal.tell("\n") }
      do {
        var facts = try bench.explore(
          configuration, try extent.search(bound: spec.preemptions, going: frontier),
          extent.budget(),
          expecting: workload.expect[configuration.name] ?? configuration.card.expected,
          of: workload.name, frontier: frontier, telling: isTold)
        facts.workloadFile = file
        explored.append(facts)
      } catch ExplorationFailure.lost where !explored.isEmpty {
        // What was explored before stands; the command ends here.
        break
      }
    }
    let notRun = configurations.dropFirst(explored.count)
      .map { NotRun(strategy: $0.name, of: workload.name) }
    if isTold, !notRun.isEmpty {
      Terminal.tell("\nNot explored: \(notRun.map(\.name).joined(separator: ", ")).\n")
    }
    let leftOut = unfit.leftOut.map { UnexploredStrategy(name: $0.name, reason: $0.why) }
    try reports.write(explored, notRun: notRun, leftOut: leftOut)
    let status = explored.status(reports.unknown)
    // What was not explored has shown nothing.
    return status == .asExpected && !notRun.isEmpty ? .vacuous : status
  }
}

extension Catalogue {
  /// A strategy, one that the program has brought along, or an example: whatever an exploration can be of.
  static var explorable: [any Strategy.Type] {
    strategies + unlisted + ExampleCatalogue.strategies
  }

  static func explorable(named name: String) -> (any Strategy.Type)? {
    explorable.first { $0.card.name == name }
  }
}
