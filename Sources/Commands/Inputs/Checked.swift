// What a path given to `soldout check` turned out to be, judged.

import Checker
import Drivers
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

  /// Reads and judges a path. A report that shows more than what the verdict rests on needs the whole
  /// history.
  init(
    _ path: String, _ options: CheckOptions, _ input: FormatOptions,
    _ judging: Judging = .silent, needsWhole: Bool = false
  ) throws {
    let reading = HistoryCheck(
      options: options, input: input, judging: judging, needsWhole: needsWhole)
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      self = try Self.folder(path, reading)
    } else {
      self = .histories([try reading.facts(of: path)])
    }
  }

  /// The files that a path to be checked stands for, as far as they have names that are known.
  static func filesRead(_ path: String) -> [String] {
    [path, "\(path)/history.jsonl", "\(path)/run.json"]
  }

  private static func folder(_ path: String, _ reading: HistoryCheck) throws -> Checked {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: name) }
    // One certificate shows one verdict, and what else a run is judged by it can't show.
    guard
      reading.options.certificate == nil
        || exists("\(path)/history.jsonl") && !exists("\(path)/run.json")
    else {
      throw CLIError(
        "\(path) is a folder; a certificate covers one history, such as \(path)/history.jsonl",
        .usage)
    }
    if exists("\(path)/run.json") { return .runs([try reading.facts(ofRun: path)]) }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    // A link such as `latest` leads to a run that is there under its own name.
    let runs = names.map { "\(path)/\($0)" }.filter { exists("\($0)/run.json") && !isLink($0) }
    if !runs.isEmpty { return .runs(try runs.map(reading.facts(ofRun:))) }
    // A run that was killed before its end.
    if exists("\(path)/history.jsonl") {
      return .histories([try reading.facts(of: "\(path)/history.jsonl")])
    }
    try RunSource.refuseResults(path)
    return .histories(try store(path).map(reading.facts(of:)))
  }

  private static func isLink(_ path: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
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
      throw CLIError("\(path): \(error.message)", .badInput)
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

  /// The report; of several, with `onlyFailures`, those that are not as expected.
  func text(_ style: Style, onlyFailures: Bool = false) -> String {
    switch self {
    case .histories(let facts):
      var report = ChecksReport(facts)
      report.onlyFailures = onlyFailures
      return report.text(style)
    case .runs(let facts):
      if facts.count == 1 { return RunReport(facts[0]).text(style) }
      var report = WorkloadReport(facts)
      report.onlyFailures = onlyFailures
      return report.text(style)
    }
  }
}

/// How files are read and judged.
private struct HistoryCheck {
  var options: CheckOptions
  var input: FormatOptions
  var judging: Judging
  var needsWhole: Bool

  func facts(ofRun folder: String) throws -> RunFacts {
    try RecordedRun(folder: folder).facts(judging, needsWhole: needsWhole)
  }

  func facts(of path: String) throws -> CheckFacts {
    let start = ContinuousClock.now
    if let facts = try online(path, since: start) { return facts }
    let input = try input.read(path, judging)
    let (history, notes) = try options.interpreted(input.history)
    let judgements = try options.judgements(of: history, judging)
    return CheckFacts(
      source: path, model: try options.modelName(for: history), history: history,
      judgements: judgements, elapsed: (ContinuousClock.now - start).inNanoseconds,
      notes: input.notes + notes)
  }

  /// Judged while it is read; nil where the whole is needed.
  private func online(_ path: String, since start: ContinuousClock.Instant) throws -> CheckFacts? {
    guard !needsWhole, !input.independent, input.time == nil, (input.format ?? .jsonl) == .jsonl,
      let read = try OnlineHistory.read(path, options, judging)
    else { return nil }
    return CheckFacts(
      source: path, model: options.model ?? read.history.header.model ?? "",
      history: read.history, operations: read.operations, answered: read.answered,
      isConcurrent: read.overlaps.isFound, judgements: read.judgements,
      elapsed: (ContinuousClock.now - start).inNanoseconds, notes: read.notes)
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
  package func worse(than other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.violation, .unknown, .vacuous]
    return order.first { $0 == self || $0 == other } ?? .asExpected
  }
}
