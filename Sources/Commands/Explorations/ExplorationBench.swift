// The servers of explorations, and one exploration from its search to its report.

import Checker
import Drivers
package import Explorer
import Foundation
package import Harness
import Report

package final class ExplorationBench {
  private let backends: Backends
  private let external: ExternalServers
  private let isPrivate: Bool
  private let wished: Int?
  private let isQuiet: Bool

  /// Servers for these configurations, and for others of the same strategies with up to so many
  /// clients; `demands` are those of others who use the servers.
  package init(
    _ configurations: [Configuration], testbeds: Int?, external: ExternalServers, isQuiet: Bool,
    clients most: Int = 2, demands: ServerDemands = ServerDemands()
  ) throws {
    for configuration in configurations {
      guard let type = configuration.strategy else { continue }
      var strategy = [type]
      _ = try UnfitStrategies(among: &strategy, on: external)
    }
    let needs = configurations.reduce(into: Needs()) { $0.formUnion($1.card.needs) }
    let clients = configurations.map(\.clients).max().map { max($0, most) } ?? most
    var demands = demands
    for configuration in configurations { try demands.add(configuration.demands) }
    let scope = try external.scope(of: configurations.map { $0.card })
    if external.hasAny,
      configurations.contains(where: \.faultBudget.harmsServers)
    {
      throw CLIError(
        "a server that soldout did not start is not killed; leave out "
          + "\(BackendKind.options("and")), or --restarts and --failovers", .usage)
    }
    let count =
      testbeds ?? configurations.map(Self.testbeds).max() ?? 1
    backends = try Backends(
      needs, external: external, clients: count * (clients + 3), demands: demands)
    if !isQuiet { for note in scope + backends.notes { Terminal.complain(note) } }
    self.external = external
    isPrivate = external.postgres == nil
    if let kind = external.given.first, configurations.contains(where: { $0.strategy == nil }) {
      throw CLIError(
        "a program or a service is explored only on private servers, so that it can't harm yours; "
          + "leave out \(kind.option)", .usage)
    }
    wished = testbeds
    self.isQuiet = isQuiet
    Interruption.shared.watch()
  }

  package func close() { backends.end() }

  package func versions(of configuration: Configuration) -> [String: String] {
    backends.versions(for: configuration.card.needs)
  }

  package func exploration(
    _ configuration: Configuration, _ search: Search, _ budget: ExplorationBudget
  ) -> Exploration {
    // Servers that come to harm have nobody else on them.
    let harms = configuration.faultBudget.harmsServers
    let isProgram = configuration.strategy == nil
    let testbeds = harms || isProgram ? 1 : wished ?? Self.testbeds(of: configuration)
    var exploration = Exploration(
      configuration, search: search, budget: budget, places: (0..<testbeds).map { _ in place() },
      servers: harms || isProgram ? backends.handles : nil)
    exploration.watched = backends.handles
    return exploration
  }

  /// How many schedules are under way at once by default.
  private static func testbeds(of configuration: Configuration) -> Int {
    // A program fills its servers as it likes: it has them to itself.
    if configuration.strategy == nil { return 1 }
    return configuration.card.needs == .redis ? 16 : 4
  }

  private func place() -> Topology {
    var place = backends.freshTopology()
    // A deadlock has to be found before the schedule is old, and not so soon that another client's
    // block, microseconds later, would change the victim. Only a superuser may say so.
    if isPrivate { place.postgres?.options["options"] = "-c deadlock_timeout=100ms" }
    return place
  }

  /// Explores, cuts a violation down, and prints the report unless a program reads.
  func explore(
    _ configuration: Configuration, _ search: Search, _ budget: ExplorationBudget,
    expecting expected: Expectation, of workload: String, frontier: FrontierFile? = nil,
    telling: Bool
  ) throws -> ExplorationFacts {
    let facts = ExplorationFacts(
      try outcome(configuration, search, budget, frontier), of: workload,
      expecting: expected.verdict, again: again(configuration))
    guard telling else { return facts }
    Terminal.tell(ExplorationReport(facts).text(width: min(80, Terminal.style().width)))
    if let frontier, !facts.isComplete {
      Terminal.tell("What is left is in \(frontier.path); rerun the same command to continue.\n")
    }
    return facts
  }

  /// The command that repeats a schedule of a configuration, on the servers that it was found on.
  package func again(_ configuration: Configuration) -> (Token) -> String {
    let words = external.words(for: configuration.card.needs) ?? [:]
    let options = words.sorted { $0.key < $1.key }.map { " --\($0.key) \($0.value.shellWord)" }
    return { "\(Program.own) replay '\($0)'\(options.joined())" }
  }

  func outcome(
    _ configuration: Configuration, _ search: Search, _ budget: ExplorationBudget,
    _ frontier: FrontierFile? = nil
  ) throws -> ExplorationOutcome {
    if let why = configuration.unfitness {
      throw CLIError("\(configuration.name) \(why)", .usage)
    }
    let exploration = exploration(configuration, search, budget)
    let subject = Frontier.Subject(
      configuration, search,
      versions: versions(of: configuration).merging(["soldout": Version.number]) { own, _ in own })
    let start = try frontier?.read(of: subject) ?? Frontier()
    // Where it can't be written is better known now than after hours.
    try frontier?.write(start, of: subject)
    let line = ExplorationLine(configuration.name, isQuiet: isQuiet)
    defer { line.end() }
    let writer = frontier.map { FrontierWriter($0, of: subject) }
    let (findings, rest): (Findings, Frontier)
    do throws(ExplorationFailure) {
      (findings, rest) = try exploration.carryOut(
        from: start, stop: Interruption.shared, progress: { line.show($0) },
        checkpoint: writer.map { writer -> @Sendable (Frontier) -> Void in { writer.note($0) } })
    } catch {
      line.end()
      if case .lost(let servers, let rest) = error {
        Interruption.shared.note(servers)
        try writer?.end(rest)
      }
      throw error
    }
    line.end()
    try writer?.end(rest)
    var counterexample: ShortestViolation?
    if let worst = findings.worst {
      counterexample = try exploration.shortest(worst, stop: Interruption.shared)
    }
    return ExplorationOutcome(
      configuration: configuration, search: search, findings: findings,
      counterexample: counterexample, versions: versions(of: configuration))
  }
}

/// The live line of an exploration, on a terminal only.
final class ExplorationLine: Sendable {
  private let name: String
  private let isLive: Bool

  init(_ name: String, isQuiet: Bool) {
    self.name = name
    isLive = !isQuiet && Terminal.isInteractive
  }

  func show(_ progress: ExplorationProgress) {
    guard isLive else { return }
    let rate = progress.seconds > 0 ? Int(Double(progress.schedules) / progress.seconds) : 0
    var text = "\(name): \(Units.counted(progress.schedules, "schedule")), \(rate)/s"
    if let covered = progress.covered, covered > 0 {
      let total = Double(progress.schedules) / covered
      text += ", \(Int(covered * 100)) % of about \(Int(min(total, 1e15)))"
    }
    text += ", \(Units.counted(progress.violations, "violation"))"
    Terminal.draw(String(text.prefix(79)))
  }

  func end() { if isLive { Terminal.draw("") } }
}
