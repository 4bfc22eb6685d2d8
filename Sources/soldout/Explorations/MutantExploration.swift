// `soldout mutants --explore`: mutants of strategies on one kind of server, looked for in every
// interleaving of small configurations; their originals are walked through the same.

import Checker
import Explorer
import Harness

struct MutantExploration {
  private let mutants: [any Mutant.Type]
  private let isQuiet: Bool
  /// Longest time for one configuration, in s.
  private let seconds: Double

  /// Of `mutants` those that can be held by the scheduler and judged by the stock alone.
  init(_ mutants: [any Mutant.Type], seconds: Double, isQuiet: Bool) {
    self.mutants = mutants.filter { mutant in
      let needs = mutant.flaw.original.card.needs
      return needs == .redis || needs == .postgres
    }
    self.seconds = seconds
    self.isQuiet = isQuiet
  }

  /// Prints a line for each mutant; the worst status of all.
  func run() throws -> ExitStatus {
    var survivors = 0
    var falseAlarms = 0
    var skipped = 0
    for mutant in mutants where !Interruption.shared.isRequested {
      let configurations = MutantLadder.configurations(of: mutant)
      let bench = try ExplorationBench(
        configurations, worlds: nil, external: ExternalServers(), isQuiet: isQuiet)
      defer { bench.close() }
      guard mutant.flaw.promises.contains(.stock), configurations[0].unfitness == nil else {
        skipped += 1
        continue
      }
      let (line, isKilled, alarms) = try hunt(configurations, with: bench)
      Terminal.write(line + "\n")
      survivors += isKilled ? 0 : 1
      falseAlarms += alarms
    }
    let hunted = mutants.count - skipped
    Terminal.write(
      "\(hunted - survivors) of \(hunted) killed, \(falseAlarms) false alarms; "
        + "\(skipped) are not about the stock or have workers\n")
    return survivors + falseAlarms > 0 ? .violation : .asExpected
  }

  /// One mutant: the first configuration that breaks it, and its original in the same.
  private func hunt(
    _ configurations: [Configuration], with bench: ExplorationBench
  ) throws -> (line: String, isKilled: Bool, falseAlarms: Int) {
    let name = configurations[0].name
    for configuration in configurations {
      let exploration = bench.exploration(
        configuration, .all, ExplorationBudget(seconds: seconds, stopsAtViolation: true))
      let (findings, _) = try exploration.carryOut(stop: Interruption.shared)
      guard let worst = findings.worst else { continue }
      var alarms = 0
      if let original = MutantLadder.original(of: configuration) {
        alarms = try bench.exploration(original, .all, ExplorationBudget(seconds: seconds))
          .carryOut(stop: Interruption.shared).findings.violations
      }
      let calls = Explorer.Configuration.text(of: configuration.script)
      let line =
        "\(name): killed by schedule \(findings.schedules) of \(calls), "
        + "\(configuration.stock) in stock, \(worst.schedule.choices.count) steps"
        + (alarms > 0 ? "; BUT its original breaks too" : "")
      return (line, true, alarms > 0 ? 1 : 0)
    }
    return ("\(name): SURVIVED \(configurations.count) configurations", false, 0)
  }
}
