// Reports for programs, beside the one for people.

public import ArgumentParser
import Drivers
import Foundation
public import Report

struct ReportOptions: ParsableArguments {
  @Flag(help: "Print the report as JSON (docs/reports.md) instead of text.")
  var json = false

  @Option(help: ArgumentHelp("Write a JUnit report for a CI.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write a Markdown summary, for a CI's job page.", valueName: "file"))
  var markdown: String?

  @Option(help: "How a verdict that was not reached counts: pass, warn or fail.")
  var unknown = UnknownPolicy.fail

  /// Whether a report for programs is wanted.
  var isAsked: Bool { json || junit != nil || markdown != nil }

  func write(_ runs: [RunFacts]) throws {
    if json { Terminal.write(runs.count == 1 ? JSONReport.text(runs[0]) : JSONReport.text(runs)) }
    if let junit { try writeFile(JUnit.text(runs, unknown: unknown), to: junit) }
    if let markdown { try writeFile(Markdown.text(runs), to: markdown) }
    if isInGitHubActions { Terminal.write(Annotations.text(runs, unknown: unknown)) }
  }

  func write(_ checks: [CheckFacts]) throws {
    if json { for check in checks { Terminal.write(JSONReport.text(check)) } }
    if let junit { try writeFile(JUnit.text(checks, unknown: unknown), to: junit) }
    if let markdown { try writeFile(Markdown.text(checks), to: markdown) }
    if isInGitHubActions { Terminal.write(Annotations.text(checks, unknown: unknown)) }
  }

  func write(_ checked: Checked) throws {
    switch checked {
    case .histories(let facts): try write(facts)
    case .runs(let facts): try write(facts)
    }
  }

  /// GitHub's documentation, "Default environment variables". Not with `--json`, whose reader
  /// expects one document.
  private var isInGitHubActions: Bool {
    !json && ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true"
  }
}

extension UnknownPolicy: ExpressibleByArgument {}
