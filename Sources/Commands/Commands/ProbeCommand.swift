// `soldout probe`: the user's program or service, started and tested once before a run.

import ArgumentParser
import Drivers
import Harness
import Report

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Start your program or service once and show what it answers.",
    discussion: """
      Starts private servers and one process or instance, stocks one unit, buys it, reads, buys until sold \
      out, and asks what is left. Prints every request with its answer, what the answer means by which rule, \
      and the commands sent to servers.

      Exit codes: 0 every answer was understood; 1 the answers contradict what is left; 65 the workload's \
      file is wrong, or no rule understands an answer; 69 the program or service can't be driven: it is \
      missing, exits, or never gets ready.
      """)

  @Argument(help: "The YAML file of a workload with `program` or `service`.", completion: .file())
  var workload: String

  @Option(help: "Folder for its log.")
  var output = "results"

  @OptionGroup(title: "Servers") var programs: ProgramOptions

  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let workload = try WorkloadSource.load(self.workload)
    guard let system = workload.external else {
      throw CLIError(
        "\(self.workload) drives soldout's own strategies; probe is for your own program or service",
        .usage)
    }
    var external = ExternalServers()
    external.programs = try programs.programs()
    var demands = ServerDemands()
    demands.hasPorts = !system.card.needs.isEmpty
    let backends = try Backends(
      system.card.needs, external: external, clients: 16, demands: demands)
    defer { backends.end() }
    let folder = "\(output)/\(workload.name)/probe"
    for path in [output, "\(output)/\(workload.name)", folder] { try makeFolder(path) }
    let plan = RunPlan(
      workload, of: system, seed: workload.seed ?? .random(), on: backends, demands: demands,
      historyPath: "\(folder)/history.jsonl")
    let record = plan.probe()
    Terminal.write(report(record, of: plan).text(screen.style()))
    if case .failed(let failure) = record.verdict { throw failure }
    if record.status != .asExpected { throw ExitCode(record.status.rawValue) }
  }

  private func report(_ record: ProbeRecord, of plan: RunPlan) -> ProbeReport {
    let servers = plan.servers.sorted { $0.key < $1.key }.map { Backends.stated($0.key, $0.value) }
    return ProbeReport(
      header: [plan.workload.name, plan.system.card.name] + servers,
      steps: record.steps.map { step in
        ProbeReport.Step(
          title: step.title,
          said: step.exchanges.map { ($0.sent, $0.heard) },
          outcome: step.outcome + (step.exchanges.last?.rule.map { ", \($0)" } ?? ""),
          commands: step.commands.map { ($0.server, $0.text) })
      },
      remarks: record.remarks, conclusion: record.conclusion,
      next: record.status == .asExpected
        ? "\(Program.own) run \(workload.shellWord)" : nil)
  }
}

extension ProbeRecord {
  /// How the command ends; of one that failed the failure says.
  fileprivate var status: ExitStatus {
    switch verdict {
    case .understood: .asExpected
    case .contradictory: .violation
    case .notUnderstood: .badInput
    case .failed: .unavailable
    }
  }

  fileprivate var conclusion: ProbeReport.Conclusion {
    switch verdict {
    case .understood: .init("understood", ["every answer was understood"], isGood: true)
    case .contradictory(let sentences): .init("CONTRADICTORY", sentences, isGood: false)
    case .notUnderstood(let sentences): .init("NOT UNDERSTOOD", sentences, isGood: false)
    // Said on standard error, like any other failure.
    case .failed: .init("", [], isGood: false)
    }
  }
}
