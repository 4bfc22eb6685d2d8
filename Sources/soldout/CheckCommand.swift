// `soldout check`: a verdict on recorded histories, of soldout's own or from elsewhere.

import ArgumentParser
import Checker
import Drivers
import Foundation
import Harness
import History
import Report

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Judge recorded histories.",
    discussion: """
      FILE is a history, gzipped or not, - for standard input, or the folder of a run.
      """)

  @Argument(help: "Histories, or folders of runs.")
  var file: [String]

  @OptionGroup var options: CheckOptions

  @OptionGroup var input: FormatOptions

  func run() throws {
    var status = ExitStatus.asExpected
    for (number, path) in file.enumerated() {
      if number > 0 { Terminal.write("\n") }
      status = worse(status, try check(path))
    }
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }

  private func check(_ path: String) throws -> ExitStatus {
    var isFolder: ObjCBool = false
    if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      return try checkFolder(path)
    }
    return try checkFile(path)
  }

  private func checkFile(_ path: String) throws -> ExitStatus {
    let start = ContinuousClock.now
    let input = try input.read(path)
    let judgements = try options.judgements(of: input.history)
    let facts = CheckFacts(
      source: path, model: options.modelName(for: input.history), history: input.history,
      judgements: judgements, elapsed: (ContinuousClock.now - start).inNanoseconds,
      notes: input.notes)
    Terminal.write(CheckReport(facts).text(Terminal.style()))
    switch facts.verdict {
    case .linearizable: return .asExpected
    case .violation: return .violation
    case .unknown: return .unknown
    case .vacuous: return .vacuous
    }
  }

  /// A run's folder, or one of several runs.
  private func checkFolder(_ path: String) throws -> ExitStatus {
    let manager = FileManager.default
    if manager.fileExists(atPath: "\(path)/run.json") {
      let facts = try RecordedRun(folder: path).facts()
      Terminal.write(RunReport(facts).text(Terminal.style()))
      return [facts].status
    }
    let names = ((try? manager.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let runs = names.map { "\(path)/\($0)" }.filter { manager.fileExists(atPath: "\($0)/run.json") }
    if runs.isEmpty { return try checkStore(path) }
    let facts = try runs.map { try RecordedRun(folder: $0).facts() }
    Terminal.write(WorkloadReport(facts).text(Terminal.style()))
    return facts.status
  }

  /// A run that was killed before its end, or a folder of Jepsen's store.
  private func checkStore(_ path: String) throws -> ExitStatus {
    if FileManager.default.fileExists(atPath: "\(path)/history.jsonl") {
      return try checkFile("\(path)/history.jsonl")
    }
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    do {
      switch try StoreFolder.choose(among: names) {
      case .whole(let name): return try checkFile("\(path)/\(name)")
      case .perKey(let parts):
        return try parts.reduce(.asExpected) { worse($0, try checkFile("\(path)/\($1.path)")) }
      }
    } catch let malformation as Malformation {
      throw Complaint("\(path): \(malformation.message)", .badInput)
    }
  }

  private func worse(_ one: ExitStatus, _ other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.violation, .unknown, .vacuous]
    return order.first { $0 == one || $0 == other } ?? .asExpected
  }
}
