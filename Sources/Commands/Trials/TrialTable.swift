// Trials in a table: rows are strategies, columns are conditions, and servers are kept from one
// trial to the next as long as the trials need the same.

import Drivers
import Foundation
import Harness
import Report

/// A row and a column, and what is tried there.
struct TableEntry {
  /// The row: the strategy's name, or that of a workload made for it.
  var name: String
  /// The column, such as a fault; nil: nothing special.
  var condition: String?
  var workload: Workload
  var strategy: any Strategy.Type
  /// What the workload's faults ask for.
  var demands = ServerDemands()

  /// In a file's path.
  fileprivate var place: String { condition.map { "\(name)/\($0)" } ?? name }

  fileprivate var asNotRun: NotRun { NotRun(trial: name, under: condition) }
}

/// Carries out the trials of a table.
struct TrialTable {
  var entries: [TableEntry]
  /// Rows that are not tried under a column.
  var omissions: [Comparison.Omission] = []
  var external: ExternalServers
  /// One round of the whole table for each; its calls follow from the seed.
  var seeds: [Seed]
  /// Receives a folder for each trial.
  var folder: RunFolder
  var screen: Screen
  /// Whether to keep the histories of trials that came out as expected.
  var keepsHistories = false
  /// The command that makes one trial again.
  var again: (TableEntry, Seed) -> String

  /// Carries out all trials, those that want the same servers together. What is not over when the
  /// user asks to stop is named as not run: half a trial's figures compare with nothing.
  func carryOut(then tell: (Comparison.Cell) -> Void) throws -> Comparison {
    var cells: [Comparison.Cell] = []
    var notRun: [NotRun] = []
    var servers: [String] = []
    for demands in entries.map(\.demands).uniqued {
      let alike = entries.filter { $0.demands == demands }
      guard !Interruption.shared.isRequested else {
        for _ in seeds { notRun += alike.map(\.asNotRun) }
        continue
      }
      let needs = alike.reduce(into: Needs()) { $0.formUnion($1.strategy.card.needs) }
      let backends = try Backends(
        needs, external: external, clients: alike.map(\.workload.clients).max() ?? 1,
        demands: demands)
      for note in backends.notes { screen.tell("soldout: \(note)") }
      servers += backends.versions.sorted { $0.key < $1.key }.map { name, version in
        let facts = backends.facts[name].map { " (\($0.joined(separator: ", ")))" } ?? ""
        return "\(Backends.stated(name, version))\(facts)"
      }
      do {
        for (round, seed) in seeds.enumerated() {
          for entry in alike {
            guard !Interruption.shared.isRequested,
              let cell = try carryOut(entry, seed: seed, round: round + 1, on: backends)
            else {
              notRun.append(entry.asNotRun)
              continue
            }
            cells.append(cell)
            tell(cell)
          }
        }
        if !Interruption.shared.lost.isEmpty { try folder.write(logsOf: backends) }
      } catch {
        // The first failure is the one to tell.
        try? folder.write(logsOf: backends)
        try? backends.stop()
        throw error
      }
      try backends.stop()
    }
    return Comparison(cells, notRun: notRun, omissions: omissions, servers: servers)
  }

  /// One trial; nil where it was ended early and has found nothing.
  private func carryOut(
    _ entry: TableEntry, seed: Seed, round: Int, on backends: Backends
  ) throws -> Comparison.Cell? {
    let place = "\(folder.path)/\(entry.place)/\(round)"
    try makeFolder(place)
    let plan = RunPlan(
      entry.workload, of: entry.strategy.system, seed: seed, on: backends, demands: entry.demands,
      historyPath: "\(place)/history.jsonl")
    let trial = Trial(plan: plan, external: external, again: again(entry, seed))
    let (screen, workload) = (screen, entry.workload)
    screen.begin(entry.name)
    defer { screen.end() }
    let facts: RunFacts
    do {
      facts = try trial.carryOut(
        progress: { screen.show($0, of: workload) },
        judging: { Judging(of: entry.name, on: screen) })
    } catch is Judging.Ended {
      return nil
    }
    if facts.isUnfinished { return nil }
    try trial.writeReport(of: facts)
    // A hundred trials leave gigabytes; their reports stay.
    if facts.isAsExpected && !keepsHistories {
      try FileManager.default.removeItem(atPath: "\(place)/history.jsonl")
    }
    let expectation = entry.workload.expectation(of: entry.strategy.card)
    return Comparison.Cell(
      facts, name: entry.name, condition: entry.condition,
      mayBreak: entry.condition != nil && expectation == nil)
  }
}
