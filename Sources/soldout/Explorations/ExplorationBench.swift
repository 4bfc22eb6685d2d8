// The servers of explorations, and one exploration from its walk to its report.

import Checker
import Drivers
import Explorer
import Foundation
import Harness
import Report

final class ExplorationBench {
  private let backends: Backends
  private let isPrivate: Bool
  private let wished: Int?
  private let isQuiet: Bool

  /// Servers for these configurations, and for others of the same strategies with up to so many
  /// clients.
  init(
    _ configurations: [Configuration], worlds: Int?, external: ExternalServers, isQuiet: Bool,
    clients most: Int = 2
  ) throws {
    let needs = configurations.reduce(into: Needs()) { $0.formUnion($1.strategy.card.needs) }
    let clients = configurations.map(\.clients).max().map { max($0, most) } ?? most
    backends = try Backends(needs, external: external, clients: (worlds ?? 16) * (clients + 3))
    isPrivate = external.postgres == nil
    wished = worlds
    self.isQuiet = isQuiet
    Interruption.shared.watch()
  }

  func close() { backends.end() }

  func versions(of configuration: Configuration) -> [String: String] {
    backends.versions(for: configuration.strategy.card.needs)
  }

  func exploration(
    _ configuration: Configuration, _ search: Search, _ budget: ExplorationBudget
  ) -> Exploration {
    let needs = configuration.strategy.card.needs
    let worlds = wished ?? (needs == .redis ? 16 : 4)
    return Exploration(
      configuration, search: search, budget: budget, places: (0..<worlds).map { _ in place() })
  }

  private func place() -> Topology {
    var place = backends.freshTopology()
    // A deadlock has to be found before the schedule is old, and not so soon that another client's
    // block, microseconds later, would change the victim. Only a superuser may say so.
    if isPrivate, let options = place.postgres?.options["options"] {
      place.postgres?.options["options"] = options + " -c deadlock_timeout=100ms"
    }
    return place
  }

  /// Explores, cuts a violation down, prints the report.
  func explore(
    _ configuration: Configuration, _ search: Search, _ budget: ExplorationBudget
  ) throws -> ExitStatus {
    let report = try report(configuration, search, budget)
    Terminal.tell(
      report.text(width: min(80, Terminal.style().width)) { "\(Program.own) replay '\($0)'" })
    switch report.findings.verdict {
    case .violation:
      return configuration.strategy.card.expected == .violation ? .asExpected : .violation
    case .unknown: return .unknown
    case .linearizable:
      // An expected violation that no schedule shows: nothing is proven of what was claimed.
      return configuration.strategy.card.expected == .violation ? .vacuous : .asExpected
    }
  }

  func report(
    _ configuration: Configuration, _ search: Search, _ budget: ExplorationBudget
  ) throws -> ExplorationReport {
    let exploration = exploration(configuration, search, budget)
    let line = ExplorationLine(configuration.name, isQuiet: isQuiet)
    defer { line.end() }
    let (findings, _) = try exploration.carryOut(stop: Interruption.shared) { line.show($0) }
    line.end()
    var counterexample: ShortestViolation?
    if let worst = findings.worst {
      counterexample = try exploration.shortest(worst, stop: Interruption.shared)
    }
    return ExplorationReport(
      configuration: configuration, search: search, findings: findings,
      counterexample: counterexample, versions: versions(of: configuration),
      worlds: exploration.places.count)
  }
}

/// The live line of an exploration, on a terminal only.
final class ExplorationLine: Sendable {
  private let name: String
  private let isLive: Bool

  init(_ name: String, isQuiet: Bool) {
    self.name = name
    isLive = !isQuiet && Terminal.isInteractive
  }

  func show(_ progress: ExplorationProgress) {
    guard isLive else { return }
    let rate = progress.seconds > 0 ? Int(Double(progress.schedules) / progress.seconds) : 0
    var text = "\(name): \(progress.schedules) schedules, \(rate)/s"
    if let covered = progress.covered, covered > 0 {
      let total = Double(progress.schedules) / covered
      text += ", \(Int(covered * 100)) % of about \(Int(min(total, 1e15)))"
    }
    text += ", \(progress.violations) violations"
    draw(String(text.prefix(79)))
  }

  func end() { if isLive { draw("") } }

  /// Replaces the line: carriage return, erase to its end (ECMA-48 EL).
  private func draw(_ text: String) {
    FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
  }
}
