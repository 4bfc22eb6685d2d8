// `soldout compare`: every strategy under the same traffic, one after another, in one table.

import ArgumentParser
import Drivers
import Foundation
import Harness
import History
import Report

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run all strategies under the same traffic and compare what they do and cost.",
    discussion: """
      A strategy that has a second workload, for traffic it is not made for (NAME-restock), runs \
      under that one too. Exits with 0 if every trial came out as expected.
      """)

  @Option(
    help: ArgumentHelp("Only these strategies.", valueName: "a,b,…"),
    transform: OptionText.strategies)
  var strategies: [any Strategy.Type]?

  @Option(
    help: "Only this family: \(StrategyCard.Family.words.joined(separator: ", ")).",
    transform: OptionText.family)
  var family: StrategyCard.Family?

  @Flag(help: "Also run under every applicable fault.")
  var faults = false

  @Option(
    help: ArgumentHelp(
      "Also run under this fault, such as server-kill:for=50ms; repeat for more.",
      valueName: "fault"))
  var fault: [String] = []

  @Option(parsing: .unconditional, help: "Rounds of the whole table, each with its own seed.")
  var runs = 1

  @Option(help: "smoke: all in less than a minute; full: longer trials, steadier figures.")
  var profile = ComparisonProfile.smoke

  @Option(
    help: "Hexadecimal seed of the first round; later rounds count up from it.",
    transform: OptionText.seed)
  var seed: Seed?

  @Option(help: ArgumentHelp("Write the table to this file.", valueName: "file"))
  var output: String?

  @Option(help: "Folder for reports, and for histories of unexpected results.")
  var results = "results"

  @OptionGroup var time: TimeBudget

  @Flag(help: "Keep the history of every trial.")
  var keep = false

  @Flag(help: "Print nothing but the table.")
  var quiet = false

  @OptionGroup(title: "Reports") var reports: ReportOptions
  @OptionGroup(title: "Servers") var servers: ServerOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    try reports.reporting(of: "compare", "compare", carryOut)
  }

  private func carryOut() throws {
    guard (1...1000).contains(runs) else {
      throw CLIError("--runs is from 1 to 1000, not \(runs)", .usage)
    }
    let external = try servers.external()
    var chosen = try StrategySelection(strategies, family: family).strategies
    let unfit = try UnfitStrategies(among: &chosen, on: external)
    let scope = try external.scope(of: chosen.map { $0.card })
    let faults = try FaultColumns(
      faults ? profile.faults + fault : fault, strategies: chosen, profile: profile,
      external: external)
    let entries = try chosen.flatMap(profile.entries) + faults.entries
    let first = seed ?? .random()
    try NamedOutput.check(reports.files + [NamedOutput("--output", output)])
    let folder = try RunFolder(
      output: results, workload: Workload(name: "compare", strategies: []), seed: first,
      started: Date())
    Interruption.shared.watch(endingAfter: time.budget)
    let progress = Screen(isQuiet: quiet, screen)
    for note in scope { progress.tell("soldout: \(note)") }
    let table = TrialTable(
      entries: entries,
      omissions: unfit.omissions.map {
        Comparison.Omission(condition: Comparison.plain, names: $0.names, reason: $0.reason)
      } + faults.omissions, external: external,
      seeds: (0..<UInt64(runs)).map { Seed(first.value &+ $0) }, folder: folder,
      screen: progress, keepsHistories: keep,
      again: { again($0, $1, on: external) })
    let total = entries.count * runs
    var done = 0
    let comparison = try table.carryOut { cell in
      done += 1
      progress.tell("\(done)/\(total)  \(cell.line)")
    }
    try report(comparison, seeds: table.seeds, in: folder)
    let status = ExitStatus(
      unexpected: comparison.cells.filter { !$0.isAsExpected }.map(\.verdict)
        .filter { !reports.unknown.tolerates($0) })
    // Stopped before its end, it has shown nothing of the rest.
    let isWhole = comparison.notRun.isEmpty
    if status != .asExpected || !isWhole {
      throw ExitCode((status == .asExpected ? .vacuous : status).rawValue)
    }
  }

  /// The command that makes one trial again.
  private func again(
    _ entry: TableEntry, _ seed: Seed, on external: ExternalServers
  ) -> String {
    var words = [Program.own, "compare", "--strategies", entry.strategy.card.name]
    if let fault = entry.condition { words += ["--fault", fault] }
    if profile != .smoke { words += ["--profile", profile.rawValue] }
    for (option, word) in (external.words(for: entry.strategy.card.needs) ?? [:]).sorted(
      by: { $0.key < $1.key })
    {
      words += ["--\(option)", word]
    }
    return (words + ["--seed", seed.description]).map(\.shellWord).joined(separator: " ")
  }

  private func report(_ comparison: Comparison, seeds: [Seed], in folder: RunFolder) throws {
    let about =
      Provenance.facts + [
        ("servers", comparison.servers.joined(separator: ", ")),
        ("traffic", profile.traffic),
        ("seeds", seeds.map(\.description).joined(separator: ", ")),
      ]
    let head = about.map { name, value in
      name.padding(toLength: 10, withPad: " ", startingAt: 0) + Printable.text(value) + "\n"
    }.joined()
    let text = head + "\n" + comparison.text(Style())
    if !reports.json {
      Terminal.write(
        head + "\n" + comparison.text(screen.style(), onlyFailures: reports.onlyFailures)
          + "Reports: \(Printable.text(folder.path))\n")
    }
    // What can't be written keeps nothing else away.
    let kept = Result { try folder.write(text, to: "comparison.txt") }
    let copied = Result { if let output { try OutputFile(output).write(text) } }
    try reports.write(comparison, about: about)
    try kept.get()
    try copied.get()
  }
}

extension Comparison.Cell {
  /// `redis-decr: linearizable` while the comparison goes on.
  fileprivate var line: String {
    let place = ([name] + [condition].compactMap(\.self)).joined(separator: " under ")
    return "\(place): \(verdict.word)" + (isAsExpected ? "" : ", not expected")
  }
}
