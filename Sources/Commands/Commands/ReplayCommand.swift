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
    discussion: """
      Says where the strategy or program first departs from the one the token was made with. Of a \
      program or service, its workload's file follows the token.
      """)

  @Argument(help: "The token.", transform: OptionText.token)
  var token: Token

  @Argument(
    help: "The workload file of the program or service that the token is of.", completion: .file())
  var file: String?

  @Option(parsing: .unconditional, help: "Repeat it this many times and compare the histories.")
  var times = 1

  @OptionGroup(title: "Servers") var servers: ServerOptions

  private func configuration() throws -> Configuration {
    guard let file else {
      guard Catalogue.explorable.contains(where: { $0.card.name == token.strategy }) else {
        throw CLIError(
          "unknown strategy \(token.strategy); if the token is of a program or a service, name its "
            + "workload's file after it", .usage)
      }
      return try token.configuration(among: Catalogue.explorable)
    }
    guard let workload = try WorkloadSource.external(file) else {
      throw CLIError("\(file) drives no program and no service; leave it out", .usage)
    }
    guard workload.name == token.strategy else {
      throw CLIError(
        "the token is of \(token.strategy), and \(file) is \(workload.name); name the file that it was made "
          + "with", .usage)
    }
    return try token.configuration(of: try ExternalExploration(workload).subject())
  }

  /// Another program on other servers can't have made the token, whatever its file is called.
  private func checkServers(_ versions: [String: String]) throws {
    guard file != nil, Set(versions.keys) != Set(token.versions.keys) else { return }
    func names(_ versions: [String: String]) -> String {
      versions.keys.sorted().joined(separator: " and ")
    }
    throw CLIError(
      "the token is of a program on \(names(token.versions)), this one is on \(names(versions)): it is another "
        + "one of the same name", .usage)
  }

  func run() throws {
    guard (1...100_000).contains(times) else {
      throw CLIError("--times is from 1 to 100000, not \(times)", .usage)
    }
    let configuration = try configuration()
    let bench = try ExplorationBench(
      [configuration], testbeds: 1, external: try servers.external(), isQuiet: true)
    defer { bench.close() }
    try checkServers(bench.versions(of: configuration))
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
