// `soldout explore`: every interleaving of a strategy's commands on real servers.

import ArgumentParser
import Explorer
import Harness

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Walk every interleaving of the commands of a strategy or of your own program.",
    discussion: """
      A scheduler picks whose command goes out next to the real servers, waits for the reply, and picks \
      again. Every history is judged; one that breaks the stock is reduced to the shortest schedule \
      that does, with a token for `soldout replay`.

      With the file of a workload that has a `program` or a `service`, the commands are those that your \
      own code sends, unchanged, to private servers.
      """)

  @Argument(
    help: """
      A strategy (see `soldout list strategies`), a workload with an `explore` section, or the file of one \
      with a program or service of yours.
      """,
    completion: .custom { _, _, _ in Catalogue.names + WorkloadSource.explorations })
  var name: String?

  @Flag(help: "Explore every strategy in small configurations and write a table.")
  var all = false

  @OptionGroup(title: "What is explored") var subject: ExplorationSubject
  @OptionGroup(title: "How far") var extent: ExplorationExtent
  @OptionGroup(title: "Reports") var reports: ReportOptions
  @OptionGroup(title: "Servers") var servers: ServerOptions

  @Option(
    help: ArgumentHelp(
      "Continue from this file if it exists, and save what is left to it.",
      valueName: "file"))
  var frontier: String?

  @Option(
    help: ArgumentHelp(
      "With --all: the file for the table (default: results/exploration.txt).", valueName: "file"))
  var output: String?

  @Flag(help: "Print nothing but the report.")
  var quiet = false

  func run() throws {
    guard all != (name != nil) else {
      throw CLIError("name one strategy to explore, or give --all", .usage)
    }
    guard !all || frontier == nil else {
      throw CLIError("a frontier belongs to one exploration; leave out --frontier or --all", .usage)
    }
    try NamedOutput.check(
      reports.files + [NamedOutput("--frontier", frontier), NamedOutput("--output", output)])
    let suite = name.flatMap { try? WorkloadSource.exploration($0)?.name } ?? "explore"
    let status = try reports.reporting(of: suite, name ?? "all") {
      try name.map(explore) ?? table()
    }
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }

  private func explore(_ name: String) throws -> ExitStatus {
    let file = frontier.map { FrontierFile(path: $0) }
    if let workload = try WorkloadSource.external(name) { return try explore(workload, file) }
    if let workload = try WorkloadSource.exploration(name),
      let named = NamedExploration(
        workload, extent: extent, external: try servers.external(), isQuiet: quiet)
    {
      if !quiet, let notice = WorkloadSource.notice(of: name) { Terminal.complain(notice) }
      guard subject.given.isEmpty else {
        throw CLIError(
          "\(name) defines what is explored; leave out \(subject.given.joined(separator: ", ")), "
            + "or explore one of its strategies", .usage)
      }
      return try named.run(
        frontier: file, reports: reports, file: WorkloadSource.localFile(of: name))
    }
    let configuration = try subject.configuration(of: name)
    let bench = try ExplorationBench(
      [configuration], testbeds: extent.testbeds, external: try servers.external(),
      isQuiet: quiet)
    defer { bench.close() }
    let facts = try bench.explore(
      configuration, try extent.search(going: file), extent.budget(),
      expecting: configuration.card.expected, of: "explore", frontier: file,
      telling: !reports.json)
    try reports.write([facts])
    return [facts].status(reports.unknown)
  }

  /// A program or a service: what its workload says under `explore`, and what options say besides.
  private func explore(_ workload: Workload, _ file: FrontierFile?) throws -> ExitStatus {
    let configuration = try ExternalExploration(workload).configuration(subject)
    let bench = try ExplorationBench(
      [configuration], testbeds: extent.testbeds, external: try servers.external(),
      isQuiet: quiet)
    defer { bench.close() }
    let facts = try bench.explore(
      configuration,
      try extent.search(bound: workload.exploration?.preemptions, going: file), extent.budget(),
      expecting: workload.expect[configuration.card.name] ?? configuration.card.expected,
      of: workload.name, frontier: file, telling: !reports.json)
    try reports.write([facts])
    return [facts].status(reports.unknown)
  }

  private func table() throws -> ExitStatus {
    try ExplorationTable(
      subject, extent, external: try servers.external(), reports: reports, isQuiet: quiet
    ).write(to: output)
  }
}
