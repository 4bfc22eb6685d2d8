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

  func write(_ runs: [RunFacts], notRun: [NotRun] = []) throws {
    if json {
      Terminal.write(
        runs.count == 1 && notRun.isEmpty
          ? JSONReport.text(runs[0]) : JSONReport.text(runs, notRun: notRun))
    }
    if let junit { try writeFile(JUnit.text(runs, notRun: notRun, unknown: unknown), to: junit) }
    if let markdown { try writeFile(Markdown.text(runs, notRun: notRun), to: markdown) }
    if isInGitHubActions {
      Terminal.write(Annotations.text(runs, notRun: notRun, unknown: unknown))
    }
  }

  func write(_ checks: [CheckFacts]) throws {
    if json { Terminal.write(JSONReport.text(checks)) }
    if let junit { try writeFile(JUnit.text(checks, unknown: unknown), to: junit) }
    if let markdown { try writeFile(Markdown.text(checks), to: markdown) }
    if isInGitHubActions { Terminal.write(Annotations.text(checks, unknown: unknown)) }
  }

  func write(_ comparison: Comparison, about: [(name: String, value: String)]) throws {
    if json { Terminal.write(JSONReport.text(comparison, about: about)) }
    if let junit { try writeFile(JUnit.text(comparison, unknown: unknown), to: junit) }
    if let markdown { try writeFile(Markdown.text(comparison), to: markdown) }
    if isInGitHubActions { Terminal.write(Annotations.text(comparison, unknown: unknown)) }
  }

  /// All that was checked, in one report of each kind.
  func write(_ checked: [Checked]) throws {
    let (checks, runs) = (checked.flatMap(\.checks), checked.flatMap(\.runs))
    guard checks.isEmpty || runs.isEmpty || !isAsked else {
      throw Complaint(
        "runs and histories from elsewhere share no report; check them one after the other", .usage)
    }
    if !checks.isEmpty { try write(checks) }
    if !runs.isEmpty { try write(runs) }
  }

  /// GitHub's documentation, "Default environment variables". Not with `--json`, whose reader
  /// expects one document.
  private var isInGitHubActions: Bool {
    !json && ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true"
  }
}

extension UnknownPolicy: ExpressibleByArgument {}
