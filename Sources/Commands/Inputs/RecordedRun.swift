// A run's files, judged: what both `soldout run` and a later `soldout check` do with them, so that
// the verdict of a run is the verdict of what it wrote.

import ArgumentParser
import Checker
import Drivers
import Foundation
import Harness
import History
import Report

/// A run read back from its folder.
struct RecordedRun {
  let record: RunRecord
  let folder: String

  /// Reads a run from its folder.
  init(folder: String) throws {
    self.folder = folder
    let json = try readFile("\(folder)/run.json")
    do {
      record = try RunRecord(json: json)
    } catch {
      throw CLIError("\(folder)/run.json is not a run's record: \(error)", .badInput)
    }
  }

  /// The facts a report is made of. One that shows more of a run than what its verdict rests on
  /// needs the whole history.
  func facts(_ judging: Judging = .silent, needsWhole: Bool = false) throws -> RunFacts {
    let judged = try (needsWhole ? nil : online(judging)) ?? whole(judging)
    let expected = record.expected.map { expectation -> RunVerdict in
      switch expectation {
      case .linearizable: .linearizable
      case .violation: .violation
      }
    }
    let findings =
      judged.stock.map { Finding($0) } + [suspicion(after: judged.stock)].compactMap(\.self)
      + judged.accounts.map { Finding($0) } + judged.coupons.map { Finding($0) }
      + judged.locks.overlaps.map { Finding($0) }
      + [
        Finding(judged.locks), HoldFigures(judged.locks).map { Finding($0) },
        Finding(judged.queues), judged.staleness,
      ].compactMap(\.self)
      + (record.connections.map { [Finding(connections: $0.held, waiting: $0.waiting)] } ?? [])
    let mishaps =
      (record.lost ?? []).map { server in
        Finding(title: "lost server", sentence: "\(server)", isViolation: false)
      } + Stall.all(in: judged.history).map { Finding($0) }
      + (isUntold
        ? [Finding(title: "not checked", sentence: ProgramRemarks.untold, isViolation: false)] : [])
      + (record.program?.sentence.map {
        [
          Finding(
            title: record.program?.rules == nil ? "program" : "service", sentence: $0,
            isViolation: false)
        ]
      } ?? [])
      + (record.program?.commands == nil
        ? [] : SentAgain.all(in: judged.history).map { Finding($0, in: judged.history) })
      + (record.program?.commands?.sentence.map {
        [Finding(title: "commands", sentence: $0, isViolation: false)]
      } ?? [])
    let failureKinds = (record.failures ?? []).map {
      FailureCounts.Known(error: $0.error, message: $0.message, isRefusal: $0.isRefusal)
    }
    var facts = RunFacts(
      workload: record.workload, strategy: record.strategy, seed: record.seed,
      conditions: conditions(working: judged.working),
      servers: record.servers.sorted { $0.key < $1.key }
        .map { Backends.stated($0.key, $0.value) },
      history: judged.history, figures: judged.figures, locks: judged.locks,
      judgements: judged.judgements, findings: mishaps + findings,
      vacuity: judged.vacuity.map(\.sentence), expected: expected,
      faults: faultCounts(of: judged.history.events), failureKinds: failureKinds)
    // Of older records nobody knows what was a refusal.
    if record.failures != nil {
      let most = record.maxFailures ?? Workload.standardMaxFailures
      facts.vacuity += [facts.figures.failures.vacuity(above: most)].compactMap(\.self)
    }
    facts.serverFacts = record.serverFacts ?? [:]
    facts.oversold = judged.unitsOversold(of: record.datatype ?? .stock)
    facts.waits = WaitFigures(judged.locks) ?? WaitFigures(judged.queues)
    facts.holds = HoldFigures(judged.locks)
    facts.origin = Catalogue.strategy(named: record.strategy)?.card.origin
    facts.connections = record.connections?.held
    facts.cutShort = cutShort(facts.figures.summary)
    facts.look = "\(Program.own) report \(folder.shellWord)"
    facts.again = again
    return facts
  }

  /// Whether nobody told at the end of a program's run what is left.
  private var isUntold: Bool {
    record.program != nil && record.remaining.isEmpty && !record.stopped
  }

  /// Where nothing is wrong but that units are not conserved, which of the user's rules may be what is.
  private func suspicion(after findings: [StockFinding]) -> Finding? {
    guard findings.allSatisfy({ $0.invariant == "not conserved" }) else { return nil }
    for finding in findings {
      guard case .notConserved(_, _, let gone, let sold) = finding,
        let sentence = record.program?.suspects(gone: gone, sold: sold)
      else { continue }
      return Finding(title: "suspect rules", sentence: sentence, isViolation: false)
    }
    return nil
  }

  /// The command that makes the same calls again; it says what differs from the workload's file. Nil
  /// where there is no such workload.
  private var again: String? {
    let workload = try? WorkloadSource.load(record.file ?? record.workload)
    guard workload != nil || record.file != nil else { return nil }
    var words = [Program.own, "run", record.file ?? record.workload]
    if record.program == nil, workload?.strategies != [record.strategy] {
      words += ["--strategy", record.strategy]
    }
    words += changedNumbers(from: workload) + changedExtent(from: workload)
    let faults = record.faults ?? []
    if faults != workload?.faults.map(\.description) ?? [] {
      words += (faults.isEmpty ? ["none"] : faults).flatMap { ["--fault", $0] }
    }
    words += changedTimes(from: workload)
    if record.resolve == true, workload?.resolve != true { words.append("--resolve") }
    for (server, url) in (record.external ?? [:]).sorted(by: { $0.key < $1.key }) {
      words += ["--\(server)", url]
    }
    return (words + ["--seed", record.seed]).map(\.shellWord).joined(separator: " ")
  }

  private func changedNumbers(from workload: Workload?) -> [String] {
    [
      ("--clients", record.clients, workload?.clients), ("--items", record.items, workload?.items),
      ("--stock", record.stock, workload?.stock),
    ].flatMap { option, value, standard in value == standard ? [] : [option, "\(value)"] }
  }

  private func changedTimes(from workload: Workload?) -> [String] {
    var words = [
      ("--deadline", record.deadline, workload?.statedDeadline),
      ("--wait", record.wait, workload?.wait), ("--lease", record.lease, workload?.lease),
    ].flatMap { option, value, standard in
      value == standard?.words ? [] : value.map { [option, $0] } ?? []
    }
    if let most = record.maxFailures, most != workload?.maxFailures ?? Workload.standardMaxFailures
    {
      words += ["--max-failures", "\(most * 100)%"]
    }
    return words
  }

  private func changedExtent(from workload: Workload?) -> [String] {
    var words: [String] = []
    if let operations = record.operations, workload?.extent != .operations(operations) {
      words += ["--ops", "\(operations)"]
    }
    if let text = record.duration, let duration = Duration(text: text),
      workload?.extent != .duration(duration)
    {
      words += ["--duration", text]
    }
    if let rate = record.rate, rate != workload?.rate {
      words += ["--rate", rate == rate.rounded() ? "\(Int(rate))" : "\(rate)"]
    }
    return words
  }

  private func conditions(working: Int) -> [String] {
    let stock = record.items == 1 ? "\(record.stock)" : "\(record.items) × \(record.stock)"
    let start = (record.datatype ?? .stock).start(stock)
    let clients = "\(record.clients) client\(record.clients == 1 ? "" : "s")"
    return [working < meantToWork ? "\(working) of \(clients) at work" : clients, start] + times
  }

  /// How many clients had at least one call to make; 0 where it can't be told, as in a run that was
  /// ended early or whose calls come slowly.
  var meantToWork: Int {
    if record.stopped { return 0 }
    var most = record.operations ?? .max
    if let rate = record.rate { most = min(most, Int(rate * record.seconds / 2)) }
    return most >= record.clients ? record.clients : 0
  }

  /// Deadline, wait and lease, where they are not the ordinary ones.
  private var times: [String] {
    [("deadline", record.deadline), ("lock wait", record.wait), ("lease", record.lease)]
      .compactMap { name, time in time.map { "\(name) \($0)" } }
      + (record.raisedDeadline.map { ["deadline raised to \($0)"] } ?? [])
  }

  /// How much was done of what was asked for, of a run that was ended early.
  private func cutShort(_ summary: Summary) -> String? {
    guard record.stopped else { return nil }
    let reason = (record.lost ?? []).map { ", when \($0.server) \($0.end)" }.joined()
    if let operations = record.operations {
      return "\(summary.outcomes.total) of \(operations) calls" + reason
    }
    let seconds = (record.seconds * 10).rounded() / 10
    return "\(seconds) s" + (record.duration.map { " of \($0)" } ?? "") + reason
  }

  /// The names of the run's faults.
  var faultNames: [String] {
    (record.faults ?? []).map { String($0.prefix { $0 != ":" }) }
  }

  private func faultCounts(of events: [Event]) -> [RunFacts.FaultCount] {
    let spans = FaultSpan.spans(of: events)
    return faultNames.map { name in
      RunFacts.FaultCount(name: name, fired: spans.count { $0.fault == name })
    }
  }
}
