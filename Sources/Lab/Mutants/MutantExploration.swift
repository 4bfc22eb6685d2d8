// `soldout-lab mutants --explore`: looks for mutants in every schedule of small configurations and, for
// comparison, under load; their originals are explored in the same configurations, to the end.
// A mutant that needs what no scheduler can choose is named, with the reason.

import Checker
import Commands
import Drivers
import Explorer
import Harness
import History
import Mutants
import Report

final class MutantExploration {
  private let hunt: MutantHunt
  private let screen: Screen
  /// Longest time for one configuration, in s.
  private let seconds: Double
  /// Servers by what they are needed for.
  private var benches: [Demand: ExplorationBench] = [:]

  private struct Demand: Hashable {
    var needs: Needs
    var servers: ServerDemands
  }

  private let external: ExternalServers

  init(beside hunt: MutantHunt, seconds: Double, screen: Screen, external: ExternalServers) {
    self.external = external
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
    var rungs: [MutantLadder.Rung] = []
    for mutant in mutants {
      if let reason = MutantLadder.obstacle(to: mutant) {
        report.leftOut.append(UnexploredMutant(name: mutant.flaw.name, reason: reason))
        continue
      }
      guard let result = try unlessEnded({ try explore(mutant) }),
        // One that was not found before the command was ended has not survived.
        result.kill != nil || !Interruption.shared.isRequested
      else {
        report.notRun.append(mutant.flaw.name)
        continue
      }
      report.mutants.append(result)
      rungs += MutantLadder.rungs(of: mutant).prefix(result.configurations)
    }
    for rung in MutantLadder.ofOriginals(rungs) {
      let result = try unlessEnded { try acquit(rung) }
      if let result, result.isComplete || result.alarm != nil || !Interruption.shared.isRequested {
        report.originals.append(result)
      } else {
        report.notRun.append("\(rung.configuration.name) in \(place(of: rung))")
      }
    }
    return report
  }

  private func place(of rung: MutantLadder.Rung) -> String {
    let configuration = rung.configuration
    return ExploredOriginal.place(
      CallScript.text(of: configuration.script), configuration.stock,
      configuration.faultBudget.settings.joined(separator: ","), rung.preemptions)
  }

  /// Nil where the command was ended before, or is now by the loss of a server: what was found stands.
  private func unlessEnded<Result>(_ body: () throws -> Result) throws -> Result? {
    guard !Interruption.shared.isRequested else { return nil }
    do {
      return try body()
    } catch ExplorationFailure.lost(let servers, _) {
      Interruption.shared.note(servers)
      return nil
    }
  }

  /// Servers as a configuration needs them; those of one kind are started once.
  private func bench(for configuration: Configuration) throws -> ExplorationBench {
    let demand = Demand(
      needs: configuration.card.needs, servers: configuration.demands)
    let bench =
      try benches[demand]
      ?? ExplorationBench(
        [configuration], testbeds: nil, external: external, isQuiet: true,
        clients: MutantLadder.mostClients)
    benches[demand] = bench
    return bench
  }

  /// One mutant: the first configuration that breaks it.
  private func explore(_ mutant: any Mutant.Type) throws -> ExploredMutant {
    let flaw = mutant.flaw
    screen.begin(flaw.name)
    var result = ExploredMutant(
      name: flaw.name, original: flaw.original.card.name, wrong: flaw.wrong,
      hunted: try hunt.hunt(mutant), kill: nil, configurations: 0, schedules: 0, elapsed: 0)
    for rung in MutantLadder.rungs(of: mutant)
    where result.kill == nil && !Interruption.shared.isRequested {
      let exploration = try bench(for: rung.configuration).exploration(
        rung.configuration, rung.search,
        ExplorationBudget(seconds: seconds(for: rung), stopsAtViolation: true))
      // Starting servers is no part of the search.
      let start = ContinuousClock.now
      let (findings, _) = try exploration.carryOut(stop: Interruption.shared)
      result.configurations += 1
      result.schedules += findings.schedules
      result.elapsed += (ContinuousClock.now - start).inNanoseconds
      if let worst = findings.worst { result.kill = try kill(worst, in: exploration, rung) }
    }
    return result
  }

  /// A schedule in which a server is killed takes a hundred times as long as others.
  private func seconds(for rung: MutantLadder.Rung) -> Double {
    rung.configuration.faultBudget.harmsServers ? 10 * seconds : seconds
  }

  /// A violation with what it takes to repeat it.
  private func kill(
    _ found: Violation, in exploration: Exploration, _ rung: MutantLadder.Rung
  ) throws -> ExploredMutant.Kill {
    let configuration = exploration.configuration
    let schedule = try exploration.replay(found.schedule.named)
    let versions = try bench(for: configuration).versions(of: configuration)
    return ExploredMutant.Kill(
      calls: CallScript.text(of: configuration.script), stock: configuration.stock,
      faults: configuration.faultBudget.settings.joined(separator: ","),
      preemptions: rung.preemptions, steps: found.schedule.transitions.count,
      token: Token(schedule, of: configuration, versions: versions).description,
      headline: found.reasons.first ?? "")
  }

  /// An original in a configuration: every schedule of it.
  private func acquit(_ rung: MutantLadder.Rung) throws -> ExploredOriginal {
    let configuration = rung.configuration
    screen.begin(configuration.name)
    let (findings, _) = try bench(for: configuration)
      .exploration(configuration, rung.search, ExplorationBudget(seconds: seconds(for: rung)))
      .carryOut(stop: Interruption.shared)
    return ExploredOriginal(
      name: configuration.name, calls: CallScript.text(of: configuration.script),
      stock: configuration.stock, faults: configuration.faultBudget.settings.joined(separator: ","),
      preemptions: rung.preemptions, schedules: findings.schedules,
      isComplete: findings.isComplete && findings.unknown == 0 && findings.cut == 0,
      alarm: findings.worst.map { $0.reasons.first ?? "a schedule breaks it" },
      vacuity: findings.vacuity(of: configuration))
  }
}
