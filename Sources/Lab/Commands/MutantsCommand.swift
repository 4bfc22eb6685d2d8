// `soldout-lab mutants`: is the harness any good? Every mutant of a correct strategy must be found, and no
// correct strategy blamed.

import ArgumentParser
import Commands
import Drivers
import Foundation
import Harness
import History
import Mutants
import Report

struct MutantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mutants", abstract: "Hunt small wrong variants of every correct strategy.",
    discussion: """
      Each mutant runs under the conditions meant to expose it, with one seed after another, until \
      something is found against it or its time is up. Its correct original runs under the same \
      conditions. With --explore, soldout also tries every schedule of small configurations, for \
      mutants and originals. Exit codes: 0 all mutants killed and no original blamed; 1 a mutant \
      survived or an original was blamed; 2 not every schedule of an original was explored; 3 the \
      runs or schedules of an original prove nothing, or the hunt was ended early.
      """)

  @Argument(
    help: ArgumentHelp(
      "Mutants, or strategies whose mutants to hunt (see --list); default: all.",
      valueName: "name"))
  var names: [String] = []

  @Option(
    help: """
      Time limit for each mutant, or each configuration explored, such as 5s; ten times that where \
      every schedule kills a server.
      """, transform: OptionText.time("--budget", such: "500ms or 5s"))
  var budget = Duration.seconds(5)

  @Option(
    parsing: .unconditional, help: "Runs of every original under each of its mutants' conditions.")
  var originals = 1

  @Option(
    help: "Hexadecimal seed; the runs' seeds follow from it.", transform: OptionText.seed)
  var seed: Seed?

  @Flag(help: "Print the mutants and what is wrong with them, and hunt none.")
  var list = false

  @Flag(help: "Also try every schedule of small configurations, side by side.")
  var explore = false

  @Flag(help: "Print the result as JSON (docs/reports.md) instead of a table.")
  var json = false

  @Flag(help: "Print nothing but the result.")
  var quiet = false

  @OptionGroup(title: "Servers") var servers: ProgramOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    var mutants = try chosen()
    if list { return Terminal.write(listing(of: mutants)) }
    guard (0...100_000).contains(originals) else {
      throw CLIError("--originals is from 0 to 100000, not \(originals)", .usage)
    }
    let seed = self.seed ?? .random()
    let about = Provenance.ofCommand(chosen: self.seed == nil ? seed : nil)
    var external = ExternalServers()
    external.programs = try servers.programs()
    let line = Screen(isQuiet: quiet, screen)
    var strategies: [any Strategy.Type] = mutants
    for sentence in try UnfitStrategies(among: &strategies, on: external).sentences {
      line.tell(sentence)
    }
    mutants = strategies.compactMap { $0 as? any Mutant.Type }
    try MutantHunt.check(mutants)
    let hunt = try MutantHunt(budget: budget, seed: seed, screen: line, external: external)
    defer { hunt.close() }
    if explore {
      let seconds = Double(budget.inNanoseconds) / 1e9
      let exploration = MutantExploration(
        beside: hunt, seconds: seconds, screen: line, external: external)
      defer { exploration.close() }
      var report = try exploration.report(on: mutants)
      report.provenance = about
      return try print(report)
    }
    var report = try hunt.report(on: mutants, originals: originals)
    report.provenance = about
    if json {
      Terminal.write(document: report.json)
    } else {
      Terminal.write(report.text(screen.style()))
    }
    if !report.survivors.isEmpty || report.falseAlarms > 0 {
      throw ExitCode(ExitStatus.violation.rawValue)
    }
    if !report.isClean { throw ExitCode(ExitStatus.vacuous.rawValue) }
  }

  private func listing(of mutants: [any Mutant.Type]) -> String {
    mutants.map { $0.flaw }.map { flaw in
      Listing(flaw.name, ["\(flaw.wrong). Hunted under \(flaw.conditions.about)."])
        .text(screen.style())
    }.joined()
  }

  private func print(_ report: ExploredMutants) throws {
    if json {
      Terminal.write(document: report.json)
    } else {
      Terminal.write(report.text(screen.style()))
    }
    if !report.survivors.isEmpty || report.falseAlarms > 0 {
      throw ExitCode(ExitStatus.violation.rawValue)
    }
    if report.notRun.isEmpty, !report.unfinished.isEmpty {
      throw ExitCode(ExitStatus.unknown.rawValue)
    }
    if !report.isClean { throw ExitCode(ExitStatus.vacuous.rawValue) }
  }

  /// The mutants that were named, in the catalogue's order.
  private func chosen() throws -> [any Mutant.Type] {
    let known = MutantCatalogue.names
    let strategies = Set(MutantCatalogue.mutants.map { $0.flaw.original.card.name })
    for name in names where !known.contains(name) && !strategies.contains(name) {
      throw CLIError(
        "unknown mutant \(name)" + nearest(to: name, among: known + strategies.sorted()),
        .usage)
    }
    return MutantCatalogue.mutants.filter { mutant in
      names.isEmpty || names.contains(mutant.flaw.name)
        || names.contains(mutant.flaw.original.card.name)
    }
  }
}
