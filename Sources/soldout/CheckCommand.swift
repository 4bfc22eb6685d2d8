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
    guard !runs.isEmpty else {
      throw Complaint("\(path) holds no run; name a history or a folder with run.json", .badInput)
    }
    let facts = try runs.map { try RecordedRun(folder: $0).facts() }
    Terminal.write(WorkloadReport(facts).text(Terminal.style()))
    return facts.status
  }

  private func worse(_ one: ExitStatus, _ other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.violation, .unknown, .vacuous]
    return order.first { $0 == one || $0 == other } ?? .asExpected
  }
}
