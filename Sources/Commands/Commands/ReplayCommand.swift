// `soldout replay`: a schedule again, exactly, from its token.

import ArgumentParser
import Checker
import Explorer
import Foundation
import Harness
import Report

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Repeat a schedule that `soldout explore` found.",
    discussion: "Says where the strategy first departs from the one the token was made with.")

  @Argument(help: "The token.", transform: OptionText.token)
  var token: Token

  @Argument(
    help: "The workload file of the program or service that the token is of.", completion: .file())
  var file: String?

  @Option(parsing: .unconditional, help: "Repeat it this many times and compare the histories.")
  var times = 1

  @OptionGroup(title: "Servers") var servers: ServerOptions

  private func configuration() throws -> Configuration {
    guard let file else { return try token.configuration(among: Catalogue.explorable) }
    guard let workload = try WorkloadSource.external(file) else {
      throw CLIError("\(file) drives no program and no service; leave it out", .usage)
    }
    return try token.configuration(of: try ExternalExploration(workload).subject())
  }

  func run() throws {
    guard (1...100_000).contains(times) else {
      throw CLIError("--times is from 1 to 100000, not \(times)", .usage)
    }
    let configuration = try configuration()
    let bench = try ExplorationBench(
      [configuration], testbeds: 1, external: try servers.external(), isQuiet: true)
    defer { bench.close() }
    let exploration = bench.exploration(configuration, .all, ExplorationBudget())
    let schedules = try exploration.replay(token.transitions, times: times)
    let replay = Replay(of: token, configuration, schedules: schedules)
    let facts = ReplayFacts(replay, versions: bench.versions(of: configuration))
    Terminal.tell(ReplayReport(facts).text(width: min(80, Terminal.style().width)))
    switch replay.verdict {
    case .violation: throw ExitCode(ExitStatus.violation.rawValue)
    case .unknown: throw ExitCode(ExitStatus.unknown.rawValue)
    case .linearizable: return
    }
  }
}
