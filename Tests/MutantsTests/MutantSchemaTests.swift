// Reports on mutants in JSON are what docs/report.schema.json says, and name what was not hunted.

import Foundation
import Support
import Testing

@testable import Mutants
@testable import Report

@Suite struct `JSON reports on mutants follow their schema` {
  @Test func `explored mutants`() throws {
    let clean = exploredMutantsSample()
    var unclean = clean
    unclean.mutants[0].kill = nil
    unclean.mutants[1].hunted = nil
    unclean.originals[0].alarm = "both were told 0"
    unclean.originals[0].faults = "losses=1"
    unclean.originals[0].preemptions = 1
    unclean.leftOut = []
    unclean.notRun = ["a.three"]
    for report in [clean, unclean, ExploredMutants()] {
      #expect(try checkAgainstSchema(report.json) == [])
    }
    let wrong = clean.json.replacingOccurrences(of: "\"token\"", with: "\"tocken\"")
    #expect(wrong != clean.json)
    #expect(try !checkAgainstSchema(wrong).isEmpty)
  }

  private var mutants: MutationReport {
    let alarm = Alarm(.validOverlap, "two held it")
    return MutationReport(
      mutants: [
        MutantResult(
          name: "a.b", original: "a", wrong: "no check", conditions: "crowd", alarms: [alarm],
          elapsed: 5, runs: 1, seed: "7f3a")
      ],
      originals: [
        OriginalResult(
          name: "a", conditions: "crowd", runs: 2, vacuous: 1,
          falseAlarms: [.init(seed: "1", alarm: alarm)])
      ])
  }

  @Test func `a hunt`() throws {
    var ended = mutants
    ended.notRun = ["a.b"]
    for text in [mutants.json, ended.json] { #expect(try checkAgainstSchema(text) == []) }
  }

  @Test func `a hunt names mutants that were not hunted to the end`() {
    var report = MutationReport(mutants: [], originals: [])
    report.notRun = ["redlock.two-of-five", "redlock under crowd"]
    #expect(!report.isClean)
    #expect(
      report.text(Style(width: 200))
        .contains("Ended early; not run: redlock.two-of-five, redlock under crowd."))
    #expect(report.json.contains("\"not_run\""))
  }
}
