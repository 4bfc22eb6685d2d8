// Runs a workload's strategies one after another, judges each, and reports.

import Drivers
import Foundation
import Harness
import History
import Report

/// One `soldout run`.
final class Experiment {
  private let workload: Workload
  private let systems: [SystemUnderTest]
  private let unfit: UnfitStrategies
  private let external: ExternalServers
  private let seed: Seed
  private let folder: RunFolder
  private let backends: Backends
  private let demands: ServerDemands
  private let started = Date()
  private let screen: Screen
  private let reports: ReportOptions
  private let style: Style
  private var facts: [RunFacts] = []
  /// The first failure to write a report.
  private var unwritten: (any Error)?
  /// The workload's file within the present folder, for annotations.
  var workloadFile: String?
  /// Whether a program or a service is asked once before its run.
  var probes = true
  /// The workload's file, where the user named it by its path.
  var namedFile: String?

  init(
    workload given: Workload, external: ExternalServers, output: String, reports: ReportOptions,
    screen options: ScreenOptions, isQuiet: Bool
  ) throws {
    var workload = given
    unfit = try UnfitStrategies(of: &workload, on: external)
    self.workload = workload
    self.external = external
    self.reports = reports
    seed = workload.seed ?? .random()
    style = options.style()
    screen = Screen(isQuiet: isQuiet, options)
    systems = try Self.systems(of: workload, on: external)
    let cards = systems.map(\.card)
    if let invalid = cards.lazy.compactMap(workload.invalid).first {
      throw CLIError("\(invalid); `soldout list strategies` tells which do", .usage)
    }
    let scope = try external.scope(of: cards)
    if let contradiction = workload.contradiction { throw contradiction }
    let faults = try FaultPlan(
      workload.faults, strategies: cards, clients: workload.clients, external: external)
    var demands = faults.demands
    demands.hasPorts = workload.external.map { !$0.card.needs.isEmpty } ?? false
    self.demands = demands
    folder = try RunFolder(output: output, workload: workload, seed: seed, started: started)
    let needs = cards.reduce(into: Needs()) { $0.formUnion($1.needs) }
    backends = try Backends(
      needs, external: external, clients: workload.clients, demands: demands)
    for note in scope + backends.notes { screen.tell("soldout: \(note)") }
    Interruption.shared.watch()
  }

  /// What the workload tries, in its order.
  private static func systems(
    of workload: Workload, on external: ExternalServers
  ) throws -> [SystemUnderTest] {
    guard let own = workload.external else {
      return try workload.strategies.map { try OptionText.strategy($0).system }
    }
    // It gets whole servers, which it may fill and leave as it likes.
    if let kind = external.given.first {
      throw CLIError(
        "a \(workload.service == nil ? "program" : "service") runs only on private servers, so that it "
          + "can't harm yours; leave out \(kind.option)", .usage)
    }
    return [own]
  }

  func close() { backends.end() }

  func run() throws -> ExitStatus {
    do {
      let status = try runAll()
      try folder.write(logsOf: backends)
      return status
    } catch {
      // What went wrong is the thing to tell, and what servers said of it the thing to keep.
      try? folder.write(logsOf: backends)
      throw error
    }
  }

  private func runAll() throws -> ExitStatus {
    for sentence in unfit.sentences { screen.tell(sentence) }
    for system in systems where !Interruption.shared.isRequested {
      do {
        try run(system)
      } catch let ended as Judging.Ended {
        // As if it had not been run: nothing is known of it.
        Terminal.complain("\(system.card.name): \(ended)")
      }
    }
    let notRun = systems.dropFirst(facts.count)
      .map { NotRun(strategy: $0.card.name, of: workload.name) }
    if systems.count + unfit.leftOut.count > 1 || !notRun.isEmpty {
      var report = WorkloadReport(facts, folder: folder.path, notRun: notRun)
      report.leftOut = unfit.sentences
      var told = report
      told.onlyFailures = reports.onlyFailures
      say(told.text(style))
      keep { try folder.write(report.text(Style()), to: "report.txt") }
    }
    keep { try reports.write(facts, notRun: notRun, leftOut: unfit.sentences) }
    if let unwritten { throw unwritten }
    let status = facts.status(reports.unknown)
    // What was not run has shown nothing.
    return status == .asExpected && !notRun.isEmpty ? .vacuous : status
  }

  /// Writes; a failure to write stops nothing else, and is reported at the end.
  private func keep(_ write: () throws -> Void) {
    do {
      try write()
    } catch {
      unwritten = unwritten ?? error
    }
  }

  /// Prints for people, unless a program reads.
  private func say(_ text: String) {
    if !reports.json { Terminal.write(text) }
  }

  private func run(_ system: SystemUnderTest) throws {
    let place = folder.folder(of: system.card.name)
    var plan = RunPlan(
      workload, of: system, seed: seed, on: backends, demands: demands,
      historyPath: "\(place)/history.jsonl")
    plan.probes = probes
    let trial = Trial(plan: plan, started: started, file: namedFile, external: external)
    let (screen, workload) = (screen, workload)
    let room = HistoryRoom(for: workload, in: place) { screen.tell($0) }
    try room.prepare()
    screen.begin(system.card.name)
    defer { screen.end() }
    var facts = try trial.carryOut(
      progress: {
        room.note($0)
        screen.show($0, of: workload)
      },
      judging: { Judging(of: system.card.name, on: screen) })
    screen.end()
    facts.workloadFile = workloadFile
    self.facts.append(facts)
    if systems.count + unfit.leftOut.count == 1 {
      say(RunReport(facts).text(style))
    } else {
      screen.tell(facts.line)
    }
    keep { try trial.writeReport(of: facts) }
  }
}

extension RunFacts {
  /// `redis-decr: linearizable` while others are still to run.
  fileprivate var line: String {
    if let cutShort { return "\(strategy): \(verdict.word), ended early after \(cutShort)" }
    return "\(strategy): \(verdict.word)" + (isAsExpected ? "" : ", not expected")
  }
}

extension ExitStatus {
  /// The status of the worst of the verdicts that were not expected.
  init(unexpected: [RunVerdict]) {
    if unexpected.contains(.violation) {
      self = .violation
    } else if unexpected.contains(.unknown) {
      self = .unknown
    } else {
      // Vacuous, or an expected violation that was not found: nothing is proven.
      self = unexpected.isEmpty ? .asExpected : .vacuous
    }
  }
}
