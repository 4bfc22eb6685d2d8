// Runs mutants until they are found, and their originals to see that they are not blamed. The checker
// decides what is found; this only counts, within a time budget.

import Commands
import Drivers
import Foundation
import Harness
import History
import Mutants
import Report

/// One `soldout-lab mutants`.
final class MutantHunt {
  private let budget: Duration
  private let seed: Seed
  private let screen: Screen
  private let ground: TrialGround

  init(budget: Duration, seed: Seed, screen: Screen, external: ExternalServers) throws {
    self.budget = budget
    self.seed = seed
    self.screen = screen
    ground = try TrialGround(external)
    Interruption.shared.watch()
  }

  func close() { ground.close() }

  /// Refuses mutants whose conditions can't be made here, before anything has run.
  static func check(_ mutants: [any Mutant.Type]) throws {
    for flaw in mutants.map({ $0.flaw }) {
      _ = try FaultPlan(
        flaw.conditions.faults, strategies: [flaw.original.card],
        clients: flaw.conditions.clients, external: ExternalServers())
    }
  }

  func report(on mutants: [any Mutant.Type], originals runs: Int) throws -> MutationReport {
    defer { screen.end() }
    var report = MutationReport(mutants: [], originals: [])
    for mutant in mutants {
      let result = Interruption.shared.isRequested ? nil : try hunt(mutant)
      // One that was not found before the hunt was ended has not survived.
      if let result, !result.survived || !Interruption.shared.isRequested {
        report.mutants.append(result)
      } else {
        report.notRun.append(mutant.flaw.name)
      }
    }
    for original in Original.all(of: mutants) where runs > 0 {
      let result = Interruption.shared.isRequested ? nil : try acquit(original, runs: runs)
      if let result, result.runs == runs || !result.falseAlarms.isEmpty {
        report.originals.append(result)
      } else {
        report.notRun.append("\(original.type.card.name) under \(original.conditions.name)")
      }
    }
    return report
  }

  /// Runs one mutant until it is found or its time is up.
  func hunt(_ mutant: any Mutant.Type) throws -> MutantResult {
    let flaw = mutant.flaw
    screen.begin(flaw.name)
    // Starting servers is no part of the hunt.
    _ = try ground.trial(of: mutant, under: flaw.conditions, seed: seed)
    let start = ContinuousClock.now
    var result = MutantResult(
      name: flaw.name, original: flaw.original.card.name, wrong: flaw.wrong,
      conditions: flaw.conditions.name, alarms: [], elapsed: 0, runs: 0, seed: "")
    repeat {
      let seed = seed(of: result.runs)
      let facts = try ground.trial(of: mutant, under: flaw.conditions, seed: seed).carryOut()
      result.runs += 1
      result.seed = seed.description
      result.alarms = facts.alarms(counting: flaw.guarantees.evidence)
      result.elapsed = (ContinuousClock.now - start).inNanoseconds
    } while result.survived && result.elapsed < budget.inNanoseconds
      && !Interruption.shared.isRequested
    return result
  }

  private func acquit(_ original: Original, runs: Int) throws -> OriginalResult {
    var result = OriginalResult(
      name: original.type.card.name, conditions: original.conditions.name, runs: 0, vacuous: 0,
      falseAlarms: [])
    screen.begin("\(result.name) under \(result.conditions)")
    for number in 0..<runs where !Interruption.shared.isRequested {
      let seed = seed(of: number)
      let trial = try ground.trial(of: original.type, under: original.conditions, seed: seed)
      let facts = try trial.carryOut()
      if facts.isUnfinished { break }
      result.runs += 1
      // Whose leases ran out while soldout stood still is not to blame for what others did then.
      if facts.hasStalled(fatallyFor: original.type.card) {
        result.vacuous += 1
        continue
      }
      if !facts.vacuity.isEmpty { result.vacuous += 1 }
      for alarm in facts.alarms(counting: original.guarantees.evidence) {
        result.falseAlarms.append(.init(seed: seed.description, alarm: alarm))
      }
    }
    return result
  }

  private func seed(of run: Int) -> Seed { Seed(seed.value &+ UInt64(run)) }
}

/// A correct strategy under conditions that one or more of its mutants are hunted under.
private struct Original {
  let type: any Strategy.Type
  let conditions: Workload
  /// What any of these mutants is meant to break.
  var guarantees: Guarantees

  static func all(of mutants: [any Mutant.Type]) -> [Original] {
    var originals: [Original] = []
    for flaw in mutants.map({ $0.flaw }) {
      let place = originals.firstIndex {
        $0.type.card.name == flaw.original.card.name && $0.conditions == flaw.conditions
      }
      if let place {
        originals[place].guarantees.formUnion(flaw.guarantees)
      } else {
        originals.append(
          Original(type: flaw.original, conditions: flaw.conditions, guarantees: flaw.guarantees))
      }
    }
    return originals
  }
}

extension RunFacts {
  /// Whether soldout stood still for so long that a strategy may have lost what it stands on.
  fileprivate func hasStalled(fatallyFor strategy: StrategyCard) -> Bool {
    let longest = Stall.all(in: history).map(\.length).max() ?? 0
    return !Hazards.silence(of: .nanoseconds(longest)).isDisjoint(with: strategy.vulnerableTo)
  }
}

extension Guarantees {
  /// What shows that one of them is broken.
  fileprivate var evidence: Set<Alarm.Evidence> {
    var evidence: Set<Alarm.Evidence> = []
    if contains(.stock) { evidence.formUnion([.verdict, .invariant]) }
    if contains(.exclusion) { evidence.insert(.overlap) }
    if contains(.validExclusion) { evidence.insert(.validOverlap) }
    if contains(.order) { evidence.insert(.order) }
    return evidence
  }
}
