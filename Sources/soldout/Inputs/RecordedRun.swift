// A run's files, judged: what both `soldout run` and a later `soldout check` do with them, so that
// the verdict of a run is the verdict of what it wrote.

import ArgumentParser
import Checker
import Drivers
import Foundation
import Harness
import History
import Report

struct RecordedRun {
  let record: RunRecord
  let history: History
  private let folder: String

  /// Reads a run from its folder.
  init(folder: String) throws {
    self.folder = folder
    let json = try readFile("\(folder)/run.json")
    do {
      record = try RunRecord(json: json)
    } catch {
      throw Complaint("\(folder)/run.json is not a run's record: \(error)", .badInput)
    }
    var history = try InputHistory(path: "\(folder)/history.jsonl").history
    // Reports name the folder in their commands.
    history.source = "history.jsonl"
    self.history = history
  }

  /// The facts a report is made of.
  func facts() throws -> RunFacts {
    let judgements = try CheckOptions.parse([]).judgements(of: history)
    let expected = record.expected.map { expectation -> RunVerdict in
      switch expectation {
      case .linearizable: .linearizable
      case .violation: .violation
      }
    }
    let (stock, locks) = (try stockFindings(), LockLog(of: history))
    let findings =
      stock.map { Finding($0) } + (try accountFindings()).map { Finding($0) }
      + locks.overlaps.map { Finding($0) }
      + [Finding(locks), Finding(QueueLog(of: history)), try staleness()].compactMap(\.self)
      + (record.connections.map { [Finding(connections: $0.held, waiting: $0.waiting)] } ?? [])
    let mishaps =
      (record.lost ?? []).map { server in
        Finding(title: "lost server", sentence: "\(server)", isViolation: false)
      } + Stall.all(in: history).map { Finding($0) }
    var facts = RunFacts(
      workload: record.workload, strategy: record.strategy, seed: record.seed,
      conditions: conditions,
      servers: record.servers.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value)" },
      history: history, mainPhase: mainPhase, judgements: judgements, findings: mishaps + findings,
      vacuity: vacuity, expected: expected, faults: faultCounts)
    facts.oversold = record.datatype != .account ? stock.unitsOversold : nil
    facts.waits = WaitFigures(locks) ?? WaitFigures(QueueLog(of: history))
    facts.connections = record.connections?.held
    facts.cutShort = cutShort(facts.summary)
    facts.look = "\(Program.own) report \(folder.shellWord)"
    facts.again = again
    return facts
  }

  /// The command that makes the same calls again; it says what differs from the workload's file. Nil
  /// where there is no such workload.
  private var again: String? {
    let workload = try? WorkloadSource.load(record.file ?? record.workload)
    guard workload != nil || record.file != nil else { return nil }
    var words = [Program.own, "run", record.file ?? record.workload]
    if workload?.strategies != [record.strategy] { words += ["--strategy", record.strategy] }
    words += changedNumbers(from: workload) + changedExtent(from: workload)
    let faults = record.faults ?? []
    if faults != workload?.faults.map(\.description) ?? [] {
      words += (faults.isEmpty ? ["none"] : faults).flatMap { ["--fault", $0] }
    }
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

  private var conditions: [String] {
    let stock = record.items == 1 ? "\(record.stock)" : "\(record.items) × \(record.stock)"
    let start = record.datatype == .account ? "balance \(stock)" : "\(stock) in stock"
    let clients = "\(record.clients) client\(record.clients == 1 ? "" : "s")"
    let working = Vacuity.working(of: meantToWork, in: history)
    return [working < meantToWork ? "\(working) of \(clients) at work" : clients, start]
  }

  /// How many clients had at least one call to make; 0 where it can't be told, as in a run that was
  /// ended early or whose calls come slowly.
  private var meantToWork: Int {
    if record.stopped { return 0 }
    var most = record.operations ?? .max
    if let rate = record.rate { most = min(most, Int(rate * record.seconds / 2)) }
    return most >= record.clients ? record.clients : 0
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

  /// From the run's own events; nil for a run that was killed before they were written.
  private var mainPhase: Range<Int64>? {
    let times = history.events.filter { $0.process == "run" && $0.function == "main" }
      .compactMap(\.moment.time)
    guard times.count == 2, times[0] <= times[1] else { return nil }
    return times[0]..<times[1]
  }

  private func stockFindings() throws -> [StockFinding] {
    guard record.datatype != .account else { return [] }
    let holdings = record.holdings ?? record.remaining.map { Holdings(left: ["the store": $0]) }
    let items = holdings.enumerated().map { number, holdings in
      StockTruth.Item(
        key: .string("item-\(number)"), initial: record.stock, final: holdings.left,
        ordered: holdings.ordered)
    }
    return try decoded { () throws(Undecodable) in
      try StockInvariants.findings(in: history, against: StockTruth(items: items))
    }
  }

  private func accountFindings() throws -> [AccountFinding] {
    guard record.datatype == .account else { return [] }
    let accounts = record.remaining.enumerated().map { number, balance in
      AccountTruth(key: .string("account-\(number)"), initial: record.stock, final: balance)
    }
    return try decoded { () throws(Undecodable) in
      try AccountInvariants.findings(in: history, against: accounts)
    }
  }

  private func decoded<T>(_ body: () throws(Undecodable) -> T) throws -> T {
    do throws(Undecodable) {
      return try body()
    } catch {
      throw Complaint("history.jsonl:\(error.line): \(error.message)", .badInput)
    }
  }

  /// How old the reads of a strategy with a cache were.
  private func staleness() throws -> Finding? {
    let strategy = Catalogue.strategy(named: record.strategy)
    guard strategy?.card.family == .cache, record.datatype != .account else { return nil }
    var reads: [Staleness] = []
    for (_, operations) in history.partitions() {
      let calls = try decoded { () throws(Undecodable) in
        try history.timeline(of: operations, as: Stock.self)
      }
      do throws(NotApplicable) {
        reads += try Staleness.ages(of: calls, units: record.stock, in: history)
      } catch {
        return Finding(
          title: "staleness", sentence: "not measured: \(error.why)", isViolation: false)
      }
    }
    return Finding(reads)
  }

  /// The names of the run's faults.
  private var faultNames: [String] {
    (record.faults ?? []).map { String($0.prefix { $0 != ":" }) }
  }

  private var faultCounts: [RunFacts.FaultCount] {
    let spans = FaultSpan.spans(of: history.events)
    return faultNames.map { name in
      RunFacts.FaultCount(name: name, fired: spans.count { $0.fault == name })
    }
  }

  private var vacuity: [String] {
    var expectation = Vacuity.Expectation(
      faults: faultNames, sells: record.stock > 0, contends: record.clients > 1)
    expectation.clients = meantToWork
    return Vacuity.reasons(in: history, expecting: expectation).map(\.sentence)
  }
}
