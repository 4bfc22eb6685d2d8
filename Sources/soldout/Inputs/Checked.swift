// What a path given to `soldout check` turned out to be, judged.

import Checker
import Foundation
import Harness
import History
import Report

/// A checked path.
enum Checked {
  /// Histories, most often one; several of a store that keeps one for each key.
  case histories([CheckFacts])
  /// A run's folder, or one of several runs.
  case runs([RunFacts])

  init(_ path: String, _ options: CheckOptions, _ input: FormatOptions) throws {
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      self = try Self.folder(path, options, input)
    } else {
      self = .histories([try CheckFacts(file: path, options, input)])
    }
  }

  /// The files that a path to be checked stands for, as far as they have names that are known.
  static func filesRead(_ path: String) -> [String] {
    [path, "\(path)/history.jsonl", "\(path)/run.json"]
  }

  private static func folder(
    _ path: String, _ options: CheckOptions, _ input: FormatOptions
  ) throws -> Checked {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: name) }
    // One certificate shows one verdict, and what else a run is judged by it can't show.
    guard
      options.certificate == nil || exists("\(path)/history.jsonl") && !exists("\(path)/run.json")
    else {
      throw Complaint(
        "\(path) is a folder; a certificate is of one history, such as \(path)/history.jsonl",
        .usage)
    }
    if exists("\(path)/run.json") { return .runs([try RecordedRun(folder: path).facts()]) }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    let runs = names.map { "\(path)/\($0)" }.filter { exists("\($0)/run.json") }
    if !runs.isEmpty { return .runs(try runs.map { try RecordedRun(folder: $0).facts() }) }
    // A run that was killed before its end.
    if exists("\(path)/history.jsonl") {
      return .histories([try CheckFacts(file: "\(path)/history.jsonl", options, input)])
    }
    return .histories(try store(path).map { try CheckFacts(file: $0, options, input) })
  }

  /// The histories of a folder of Jepsen's store.
  private static func store(_ path: String) throws -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    do {
      switch try StoreFolder.choose(among: names) {
      case .whole(let name): return ["\(path)/\(name)"]
      case .perKey(let parts): return parts.map { "\(path)/\($0.path)" }
      }
    } catch {
      throw Complaint("\(path): \(error.message)", .badInput)
    }
  }

  /// All histories as one, and all runs.
  static func together(_ all: [Checked]) -> [Checked] {
    let (checks, runs) = (all.flatMap(\.checks), all.flatMap(\.runs))
    return (checks.isEmpty ? [] : [.histories(checks)]) + (runs.isEmpty ? [] : [.runs(runs)])
  }

  /// The histories, if it is such.
  var checks: [CheckFacts] { if case .histories(let facts) = self { facts } else { [] } }

  /// The runs, if it is such.
  var runs: [RunFacts] { if case .runs(let facts) = self { facts } else { [] } }

  func status(_ unknown: UnknownPolicy) -> ExitStatus {
    switch self {
    case .histories(let facts):
      facts.filter { !unknown.tolerates($0.verdict) }
        .reduce(.asExpected) { $0.worse(than: ExitStatus($1.verdict)) }
    case .runs(let facts): facts.status(unknown)
    }
  }

  func text(_ style: Style) -> String {
    switch self {
    case .histories(let facts): ChecksReport(facts).text(style)
    case .runs(let facts):
      facts.count == 1 ? RunReport(facts[0]).text(style) : WorkloadReport(facts).text(style)
    }
  }
}

extension CheckFacts {
  /// Reads and judges one file.
  fileprivate init(file path: String, _ options: CheckOptions, _ input: FormatOptions) throws {
    let start = ContinuousClock.now
    let input = try input.read(path)
    let judgements = try options.judgements(of: input.history)
    self.init(
      source: path, model: options.modelName(for: input.history), history: input.history,
      judgements: judgements, elapsed: (ContinuousClock.now - start).inNanoseconds,
      notes: input.notes)
  }
}

extension ExitStatus {
  init(_ verdict: RunVerdict) {
    self =
      switch verdict {
      case .linearizable: .asExpected
      case .violation: .violation
      case .unknown: .unknown
      case .vacuous: .vacuous
      }
  }

  /// Of two verdicts' statuses the one that counts.
  func worse(than other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.violation, .unknown, .vacuous]
    return order.first { $0 == self || $0 == other } ?? .asExpected
  }
}
