// Reports for programs, beside the one for people.

public import ArgumentParser
import Drivers
import Foundation
public import Report

struct ReportOptions: ParsableArguments {
  @Flag(help: "Print the report as JSON (docs/reports.md) instead of text.")
  var json = false

  @Option(help: ArgumentHelp("Write a JUnit report.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp("Write a Markdown summary, such as for a CI job's page.", valueName: "file"))
  var markdown: String?

  @Option(help: "How to count `unknown`: pass, warn or fail.")
  var unknown = UnknownPolicy.fail

  @Flag(help: "Print only the runs or histories that are not as expected.")
  var onlyFailures = false

  /// Whether a report for programs is wanted.
  var isAsked: Bool { json || junit != nil || markdown != nil }

  /// What is written to files. A job's summary on GitHub has the summaries of all its steps: what
  /// other steps wrote to it stays.
  var files: [NamedOutput?] {
    let summary = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"]
    let isSummary = markdown.map { path in
      summary.map { $0 == path || OutputFile(path).isSame(as: $0) } ?? false
    }
    return [
      NamedOutput("--junit", junit),
      NamedOutput("--markdown", markdown, appending: isSummary ?? false),
    ]
  }

  func write(
    _ runs: [RunFacts], notRun: [NotRun] = [], leftOut: [String] = []
  ) throws {
    try write(
      json: {
        runs.count == 1 && notRun.isEmpty && leftOut.isEmpty
          ? JSONReport.text(runs[0])
          : JSONReport.text(runs, notRun: notRun, leftOut: leftOut)
      },
      junit: { JUnit.text(runs, notRun: notRun, unknown: unknown) },
      markdown: { Markdown.text(runs, notRun: notRun, leftOut: leftOut) },
      annotations: { Annotations.text(runs, notRun: notRun, unknown: unknown) })
  }

  func write(_ checks: [CheckFacts]) throws {
    try write(
      json: { JSONReport.text(checks) }, junit: { JUnit.text(checks, unknown: unknown) },
      markdown: { Markdown.text(checks) },
      annotations: { Annotations.text(checks, unknown: unknown) })
  }

  func write(_ comparison: Comparison, about: [(name: String, value: String)]) throws {
    try write(
      json: { JSONReport.text(comparison, about: about) },
      junit: { JUnit.text(comparison, unknown: unknown) },
      markdown: { Markdown.text(comparison) },
      annotations: { Annotations.text(comparison, unknown: unknown) })
  }

  /// Writes the forms that are asked for; one that can't be written keeps none of the others away.
  private func write(
    json: () -> String, junit: () -> String, markdown: () -> String, annotations: () -> String
  ) throws {
    if self.json { Terminal.write(document: json()) }
    var failures: [any Error] = []
    func write(_ text: () -> String, to output: NamedOutput?) {
      guard let file = output?.file else { return }
      do {
        try file.write(file.appends ? "\n" + text() : text())
      } catch {
        failures.append(error)
      }
    }
    write(junit, to: files[0])
    write(markdown, to: files[1])
    if isInGitHubActions { Terminal.write(annotations: annotations()) }
    if let failure = failures.first { throw failure }
  }

  func write(
    _ explorations: [ExplorationFacts], notRun: [NotRun] = [],
    leftOut: [UnexploredStrategy] = []
  ) throws {
    try write(
      json: { JSONReport.text(explorations, notRun: notRun, leftOut: leftOut) },
      junit: { JUnit.text(explorations, notRun: notRun, unknown: unknown) },
      markdown: { Markdown.text(explorations, notRun: notRun) },
      annotations: { Annotations.text(explorations, notRun: notRun, unknown: unknown) })
  }

  func write(_ failure: CommandFailure) throws {
    try write(
      json: { JSONReport.text(failure) }, junit: { JUnit.text(failure) },
      markdown: { Markdown.text(failure) }, annotations: { Annotations.text(failure) })
  }

  /// All that was checked, in one report of each kind.
  func write(_ checked: [Checked]) throws {
    let (checks, runs) = (checked.flatMap(\.checks), checked.flatMap(\.runs))
    guard checks.isEmpty || runs.isEmpty || !isAsked else {
      throw CLIError(
        "runs and other histories can't share a report; check them separately", .usage)
    }
    if !checks.isEmpty { try write(checks) }
    if !runs.isEmpty { try write(runs) }
  }

  /// Not with `--json`, whose reader expects one document.
  private var isInGitHubActions: Bool { !json && Terminal.isGitHubActions }
}

extension UnknownPolicy: ExpressibleByArgument {}
