// What the explorer made of mutants: both ways to kill side by side, and nothing that is not as it
// should be hidden.

import Testing

@testable import Mutants
@testable import Report

private func kill(
  _ calls: String, _ stock: Int, faults: String = "", preemptions: Int? = nil
) -> ExploredMutant.Kill {
  ExploredMutant.Kill(
    calls: calls, stock: stock, faults: faults, preemptions: preemptions, steps: 4,
    token: "a.one:t/t:stock=1:redis-7:1GET", headline: "both were told 0")
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
        kill: kill("t,t/t", 2, faults: "losses=1", preemptions: 1), configurations: 6,
        schedules: 80, elapsed: 9_000_000),
    ],
    originals: [
      ExploredOriginal(
        name: "a", calls: "t/t", stock: 1, faults: "", schedules: 28, isComplete: true, alarm: nil)
    ], leftOut: [UnexploredMutant(name: "b.unfair", reason: "takes a landslide")])
}

@Suite("Explored mutants")
struct ExploredMutantsTests {
  @Test("the table has both ways side by side")
  func table() {
    #expect(
      exploredMutantsSample().text(Style()) == """
        mutant   load    walk  tried  steps  calls
        a
        .one    300ms  4.00ms     12      4  t/t of 1
        .two    lives  9.00ms     80      4  t,t/t of 2, losses=1*

        2 of 2 mutants killed by the explorer; median time to kill 4.00 ms; 1 of 2 under
        load, median 300 ms.
        0 false alarms in 28 schedules of correct strategies, 1 of 1 configuration
        walked to the end.
        load: time to kill by runs under load; walk: by the explorer; tried: schedules
        until then; steps: of the schedule that killed it; calls: each client's, the
        stock, and what may go wrong.
        *: of schedules with at most 1 preemption.
        Not explored: b.unfair takes a landslide.

        """)
    #expect(exploredMutantsSample().isClean)
  }

  @Test("what the figures depend on stands before the table, a long command whole")
  func provenance() {
    var report = exploredMutantsSample()
    report.provenance = [
      ("date", "2026-01-02T03:04:05Z"),
      (
        "command",
        "soldout mutants " + Array(repeating: "redis-lua", count: 9).joined(separator: " ")
      ),
    ]
    let lines = report.text(Style()).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "date     2026-01-02T03:04:05Z")
    #expect(lines[1].hasPrefix("command  soldout mutants redis-lua"))
    #expect(lines[2].hasPrefix("         redis-lua"))
    #expect(lines[3].isEmpty)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(!report.json.contains("2026-01-02"))
  }

  @Test("a mutant's name is read whole, however long")
  func longNames() {
    let name = "a-strategy-of-some-length.a-flaw-that-takes-some-words"
    var report = exploredMutantsSample()
    report.mutants[0].name = name
    report.mutants[0].original = "a-strategy-of-some-length"
    let text = report.text(Style())
    #expect(text.contains("\na-strategy-of-some-length\n.a-flaw-that-takes-some-words "))
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
    #expect(unfinished.text(Style()).contains("a, t/t of 1: 28 schedules explored, not all;"))
    var ended = exploredMutantsSample()
    ended.notRun = ["a.three", "a in t/t of 1"]
    #expect(ended.text(Style()).contains("Ended early; not run: a.three, a in t/t of 1."))
    #expect(ended.json.contains("\"not_run\""))
    for report in [survivor, blamed, unfinished, ended] {
      #expect(!report.isClean)
      #expect(report.json.contains("\"as_expected\": false"))
      for line in report.text(Style()).split(separator: "\n") { #expect(line.count <= 80) }
    }
  }
}
