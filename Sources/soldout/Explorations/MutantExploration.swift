// `soldout mutants --explore`: mutants of strategies on one kind of server, looked for in every
// schedule of small configurations and, for comparison, under load; their originals are walked
// through the same configurations, to the end.

import Checker
import Drivers
import Explorer
import Harness
import Report

final class MutantExploration {
  private let hunt: MutantHunt
  private let screen: Screen
  /// Longest time for one configuration, in s.
  private let seconds: Double
  /// Servers by what they are needed for.
  private var benches: [Int: ExplorationBench] = [:]

  init(beside hunt: MutantHunt, seconds: Double, screen: Screen) {
    self.hunt = hunt
    self.seconds = seconds
    self.screen = screen
  }

  func close() {
    for bench in benches.values { bench.close() }
  }

  func report(on mutants: [any Mutant.Type]) throws -> ExploredMutants {
    defer { screen.end() }
    var report = ExploredMutants()
    /// A mutant of each original, and how many configurations its mutants needed at most.
    var originals: [(mutant: any Mutant.Type, configurations: Int)] = []
    for mutant in mutants where !Interruption.shared.isRequested {
      guard Self.canExplore(mutant) else {
        report.leftOut.append(mutant.flaw.name)
        continue
      }
      let result = try explore(mutant)
      report.mutants.append(result)
      if let place = originals.firstIndex(where: {
        $0.mutant.flaw.original.card.name == result.original
      }) {
        originals[place].configurations = max(
          originals[place].configurations, result.configurations)
      } else {
        originals.append((mutant, result.configurations))
      }
    }
    for (mutant, count) in originals {
      for configuration in MutantLadder.configurations(of: mutant).prefix(count)
      where !Interruption.shared.isRequested {
        report.originals.append(try acquit(MutantLadder.original(of: configuration)))
      }
    }
    return report
  }

  /// Whether its servers are of one kind, the stock alone shows it, and what shows it is within a
  /// scheduler's reach.
  private static func canExplore(_ mutant: any Mutant.Type) -> Bool {
    let needs = mutant.flaw.original.card.needs
    return [.redis, .postgres, .redisCluster, .twoPostgres].contains(needs)
      && mutant.flaw.promises.contains(.stock)
      && mutant.flaw.conditions.faults.allSatisfy { reach.contains($0.name) }
      && MutantLadder.configurations(of: mutant).allSatisfy { $0.unfitness == nil }
  }

  /// Faults that the configurations have.
  private static let reach: Set<String> = ["reply-loss", "connection-kill"]

  private func bench(for configuration: Configuration) throws -> ExplorationBench {
    let needs = configuration.strategy.card.needs.rawValue
    let bench =
      try benches[needs]
      ?? ExplorationBench(
        [configuration], worlds: nil, external: ExternalServers(), isQuiet: true,
        clients: MutantLadder.mostClients)
    benches[needs] = bench
    return bench
  }

  /// One mutant: the first configuration that breaks it.
  private func explore(_ mutant: any Mutant.Type) throws -> ExploredMutant {
    let flaw = mutant.flaw
    screen.begin(flaw.name)
    var result = ExploredMutant(
      name: flaw.name, original: flaw.original.card.name, wrong: flaw.wrong,
      hunted: try hunt.hunt(mutant), kill: nil, configurations: 0, schedules: 0, elapsed: 0)
    for configuration in MutantLadder.configurations(of: mutant)
    where result.kill == nil && !Interruption.shared.isRequested {
      let exploration = try bench(for: configuration).exploration(
        configuration, .all, ExplorationBudget(seconds: seconds, stopsAtViolation: true))
      // Starting servers is no part of the search.
      let start = ContinuousClock.now
      let (findings, _) = try exploration.carryOut(stop: Interruption.shared)
      result.configurations += 1
      result.schedules += findings.schedules
      result.elapsed += (ContinuousClock.now - start).inNanoseconds
      if let worst = findings.worst { result.kill = try kill(worst, in: exploration) }
    }
    return result
  }

  /// A violation with what it takes to repeat it.
  private func kill(_ found: Violation, in exploration: Exploration) throws -> ExploredMutant.Kill {
    let configuration = exploration.configuration
    let schedule = try exploration.replay(found.schedule.named)
    let versions = try bench(for: configuration).versions(of: configuration)
    return ExploredMutant.Kill(
      calls: CallScript.text(of: configuration.script), stock: configuration.stock,
      faults: configuration.allowance.settings.joined(separator: ","),
      steps: found.schedule.choices.count,
      token: Token(schedule, of: configuration, versions: versions).description,
      headline: found.reasons.first ?? "")
  }

  /// An original in a configuration: every schedule of it.
  private func acquit(_ configuration: Configuration) throws -> ExploredOriginal {
    screen.begin(configuration.name)
    let (findings, _) = try bench(for: configuration)
      .exploration(configuration, .all, ExplorationBudget(seconds: seconds))
      .carryOut(stop: Interruption.shared)
    return ExploredOriginal(
      name: configuration.name, calls: CallScript.text(of: configuration.script),
      stock: configuration.stock, faults: configuration.allowance.settings.joined(separator: ","),
      schedules: findings.schedules,
      isComplete: findings.isComplete && findings.unknown == 0 && findings.cut == 0,
      alarm: findings.worst.map { $0.reasons.first ?? "a schedule breaks it" })
  }
}
