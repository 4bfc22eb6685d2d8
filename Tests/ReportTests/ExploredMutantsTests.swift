// What the explorer made of mutants: both ways to kill side by side, and nothing that is not as it
// should be hidden.

import Testing

@testable import Report

private func kill(_ calls: String, _ stock: Int, faults: String = "") -> ExploredMutant.Kill {
  ExploredMutant.Kill(
    calls: calls, stock: stock, faults: faults, steps: 4, token: "a.one:t/t:stock=1:redis-7:1GET",
    headline: "both were told 0")
}

private func hunted(_ alarms: [Alarm], after elapsed: Int64) -> MutantResult {
  MutantResult(
    name: "a", original: "o", wrong: "its flaw", conditions: "crowd", alarms: alarms,
    elapsed: elapsed, runs: 3, seed: "1")
}

/// Two mutants killed, one original walked to the end.
func exploredMutantsSample() -> ExploredMutants {
  ExploredMutants(
    mutants: [
      ExploredMutant(
        name: "a.one", original: "a", wrong: "its flaw",
        hunted: hunted([Alarm(.verdict, "x")], after: 300_000_000), kill: kill("t/t", 1),
        configurations: 1, schedules: 12, elapsed: 4_000_000),
      ExploredMutant(
        name: "a.two", original: "a", wrong: "its flaw", hunted: hunted([], after: 5_000_000_000),
        kill: kill("t,t/t", 2, faults: "losses=1"), configurations: 6, schedules: 80,
        elapsed: 9_000_000),
    ],
    originals: [
      ExploredOriginal(
        name: "a", calls: "t/t", stock: 1, faults: "", schedules: 28, isComplete: true, alarm: nil)
    ], leftOut: ["b.unfair"])
}

@Suite("Explored mutants")
struct ExploredMutantsTests {
  @Test("the table has both ways side by side")
  func table() {
    #expect(
      exploredMutantsSample().text(Style()) == """
        mutant      load  runs  explorer  schedules  steps  calls
        a.one      300ms     3    4.00ms         12      4  t/t of 1
        a.two   survived     3    9.00ms         80      4  t,t/t of 2, losses=1

        2 of 2 mutants killed by the explorer; median time to kill 4.00 ms; 1 of 2 under
        load, median 300 ms.
        0 false alarms in 28 schedules of correct strategies, 1 of 1 configuration
        walked to the end.
        Not explored, since it takes other faults or servers to show them: b.unfair.

        """)
    #expect(exploredMutantsSample().isClean)
  }

  @Test("a survivor, a false alarm and an original not walked to the end are told, and not clean")
  func unclean() {
    var survivor = exploredMutantsSample()
    survivor.mutants[1].kill = nil
    #expect(survivor.text(Style()).contains("a.two survived 80 schedules of 6 configurations:"))
    var blamed = exploredMutantsSample()
    blamed.originals[0].alarm = "both were told 0"
    #expect(blamed.text(Style()).contains("FALSE ALARM: a, t/t of 1: both were told 0."))
    var unfinished = exploredMutantsSample()
    unfinished.originals[0].isComplete = false
    #expect(unfinished.text(Style()).contains("a, t/t of 1: 28 schedules walked, and not all;"))
    for report in [survivor, blamed, unfinished] {
      #expect(!report.isClean)
      #expect(report.json.contains("\"as_expected\": false"))
      for line in report.text(Style()).split(separator: "\n") { #expect(line.count <= 80) }
    }
  }
}
