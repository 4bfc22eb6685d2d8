// Finds the recorded run a user means: a path, or the latest run of a workload.

import ArgumentParser
import Foundation
import Harness
import History

enum RunSource {
  /// The path itself where there is something, else the latest run of that workload.
  static func path(_ name: String) throws -> String {
    if exists("\(name)/latest") {
      throw CLIError(
        "\(name) holds the runs of a workload; name one of them, such as \(name)/latest", .usage)
    }
    try refuseResults(name)
    if name == "-" || exists(name) { return name }
    let latest = "results/\(name)/latest"
    if exists(latest) { return latest }
    let known = runs(below: "results")
    let advice =
      known.isEmpty
      ? "; run a workload first, such as `soldout run`" : nearest(to: name, among: known)
    throw CLIError("no recorded run \(name)" + advice, .usage)
  }

  /// Refuses the folder of all results, one level further up.
  static func refuseResults(_ folder: String) throws {
    let workloads = runs(below: folder)
    guard let first = workloads.first else { return }
    throw CLIError(
      "\(folder) holds the runs of \(workloads.count == 1 ? "a workload" : "several workloads"); "
        + "name one of them, such as \(folder)/\(first)/latest", .usage)
  }

  /// The workloads that have runs in a folder of results.
  private static func runs(below folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { exists("\(folder)/\($0)/latest") }.sorted()
  }

  /// The one history at a path.
  static func history(_ path: String, _ input: FormatOptions) throws -> History {
    if exists("\(path)/history.jsonl") { return try input.read("\(path)/history.jsonl").history }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let runs = names.filter { exists("\(path)/\($0)/history.jsonl") }
    guard runs.isEmpty else {
      throw CLIError(
        "\(path) holds \(runs.count) runs; name one of them, such as \(path)/\(runs[0])", .usage)
    }
    return try input.read(path).history
  }

  /// Refuses what can't be a recorded run before anything is judged.
  static func requireFolder(_ path: String) throws {
    guard exists("\(path)/.") else {
      throw CLIError("\(path) is not a run's folder; --compare needs two", .usage)
    }
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
