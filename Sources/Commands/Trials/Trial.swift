// One run of one strategy: carried out on servers that are up, recorded in a folder, and judged from
// what was recorded. `run`, `compare` and whatever else tries strategies out are made of these.

import Drivers
package import Foundation
package import Harness
package import Report

package struct Trial {
  /// Its folder must exist. It receives `history.jsonl` and `run.json`, and `report.txt` where it is asked
  /// for.
  package var plan: RunPlan
  package var started = Date()
  /// The workload's file, where the user named it by its path.
  package var file: String?
  /// The user's own servers.
  package var external = ExternalServers()
  /// The command that makes the same trial again; nil: as its record says.
  package var again: String?

  /// Runs, records and judges.
  package func carryOut(
    stop: some StopRequest = Interruption.shared,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    judging: () -> Judging = { .silent }
  ) throws -> RunFacts {
    let folder = plan.folder
    Interruption.shared.runs()
    let result = try plan.carryOut(stop: stop, progress: progress)
    Interruption.shared.note(result.lost)
    if let failure = result.notRemoved { tellLeft(failure) }
    var record = RunRecord(plan: plan, result: result, started: started.formatted(.iso8601))
    record.file = file
    record.external = external.words(for: plan.system.card.needs)
    try writeFile(try record.json(), to: "\(folder)/run.json")
    let recheck = "\(Program.own) check \(folder.shellWord)"
    var judging = judging()
    judging.again = recheck
    var facts = try RecordedRun(folder: folder).facts(judging)
    facts.recheck = recheck
    facts.again = again ?? facts.again
    return facts
  }

  /// Leaves the report beside the history. Not part of carrying out: what was found is told first,
  /// should there be no room for a file.
  package func writeReport(of facts: RunFacts) throws {
    try writeFile(RunReport(facts).text(Style()), to: "\(plan.folder)/report.txt")
  }
}

extension Trial {
  /// Says what is still on the servers. Private ones take it along when they go.
  private func tellLeft(_ failure: Failure) {
    guard let words = external.words(for: plan.system.card.needs) else { return }
    var detail = failure.description
    if case .server(_, let message) = failure.reason { detail = message }
    let options = words.sorted { $0.key < $1.key }.map { "--\($0.key) \($0.value.shellWord)" }
    Terminal.complain(
      "the run's data (\(plan.topology.prefix)*, \(plan.topology.schema)) could not be removed: \(detail); "
        + "the verdict stands; remove it with `soldout clean \(options.joined(separator: " "))`")
  }
}

extension ExternalServers {
  /// Those that these needs use, and what private ones are started from, by the option that names
  /// them; nil if none is.
  func words(for needs: Needs) -> [String: String]? {
    var words: [String: String] = [:]
    for kind in given where needs.contains(.one(kind)) {
      words.merge(self.words[kind] ?? [:]) { _, new in new }
    }
    if let redis = programs.chosenRedis, !needs.isDisjoint(with: .allRedis) {
      words["redis-server"] = redis
    }
    if let postgres = programs.chosenPostgres, !needs.isDisjoint(with: .allPostgres) {
      words["postgres-bin"] = postgres
    }
    return words.isEmpty ? nil : words
  }
}
