// One run of one strategy: carried out on servers that are up, recorded in a folder, and judged from
// what was recorded. `run`, `compare` and whatever else tries strategies out are made of these.

import Drivers
import Foundation
import Harness
import Report

struct Trial {
  var workload: Workload
  var strategy: any Strategy.Type
  var seed: Seed
  var backends: Backends
  /// What the workload's faults ask for.
  var demands = ServerDemands()
  /// Receives `history.jsonl`, `run.json` and `report.txt`; must exist.
  var folder: String
  var started = Date()

  /// Runs, records and judges.
  func carryOut(
    stop: some StopRequest = Interruption.shared,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws -> RunFacts {
    let plan = RunPlan(
      workload: workload, strategy: strategy, seed: seed, topology: backends.freshTopology(),
      historyPath: "\(folder)/history.jsonl", servers: backends.versions(for: strategy.card.needs),
      handles: backends.handles, demands: demands)
    let result = try plan.carryOut(stop: stop, progress: progress)
    let record = RunRecord(plan: plan, result: result, started: started.formatted(.iso8601))
    try writeFile(try record.json(), to: "\(folder)/run.json")
    var facts = try RecordedRun(folder: folder).facts()
    facts.recheck = "\(Program.own) check \(folder)"
    try writeFile(RunReport(facts).text(Style()), to: "\(folder)/report.txt")
    return facts
  }
}
