// What counts against a strategy, and what a hunt for mutants tells: survivors, false alarms and runs
// that prove nothing are never hidden, and none of the three is clean.

import Checker
import History
import Support
import Testing

@testable import Mutants
@testable import Report

private func lockEvent(_ name: String, _ process: Int, at time: Int64, lease: Int? = nil) -> Event {
  let asked = lease.map {
    [Value.Entry(.string("lease"), .int($0)), .init(.string("asked"), .int(Int(time * 1000)))]
  }
  let queued: [Value.Entry] =
    name == "granted"
    ? [.init(.string("called"), .int(0)), .init(.string("queued"), .int(process))] : []
  return event(
    "lock", name, .map([.init(.string("process"), .int(process))] + queued + (asked ?? [])),
    at: time, key: .string("item-0"))
}

private func facts(
  _ events: [Event], judgements: [Judgement] = [], findings: [Finding] = []
) -> RunFacts {
  RunFacts(
    workload: "w", strategy: "s", seed: "1", history: History(operations: [], events: events),
    judgements: judgements, findings: findings)
}

private func result(_ name: String, _ alarms: [Alarm], after elapsed: Int64 = 1) -> MutantResult {
  MutantResult(
    name: name, original: "a", wrong: "its flaw", conditions: "crowd", alarms: alarms,
    elapsed: elapsed, runs: 3, seed: "1")
}

@Suite("Mutants")
struct MutationReportTests {
  @Test("each kind of evidence is seen where it counts, and only there")
  func evidence() {
    // p1 keeps the lock from 10 to 50 µs; p2 has it from 30 µs on.
    let overlap = [
      lockEvent("granted", 1, at: 10), lockEvent("granted", 2, at: 30),
      lockEvent("released", 1, at: 50), lockEvent("released", 2, at: 60),
    ]
    #expect(facts(overlap).alarms(counting: [.overlap]).map(\.evidence) == [.overlap])
    #expect(facts(overlap).alarms(counting: [.validOverlap]).map(\.evidence) == [.validOverlap])
    #expect(facts(overlap).alarms(counting: [.verdict, .invariant, .order]) == [])

    // p1's lease of 1 ms is over when p2 comes.
    let late = [
      lockEvent("granted", 1, at: 10, lease: 1), lockEvent("granted", 2, at: 3000, lease: 1),
      lockEvent("released", 1, at: 3500), lockEvent("released", 2, at: 3600),
    ]
    #expect(facts(late).alarms(counting: [.overlap]).count == 1)
    #expect(facts(late).alarms(counting: [.validOverlap]) == [])

    let broken = facts(
      [],
      judgements: [
        Judgement(
          key: nil, verdict: .violation, engine: "search", operations: 2,
          counterexample: Counterexample(operations: [], headline: "two were told 1"))
      ], findings: [Finding(title: "oversold", sentence: "3 of 2 were sold")])
    #expect(
      broken.alarms(counting: [.verdict, .invariant])
        == [Alarm(.verdict, "two were told 1"), Alarm(.invariant, "3 of 2 were sold")])
    let told = facts(
      [], findings: [Finding(title: "lock waits", sentence: "some", isViolation: false)])
    #expect(told.alarms(counting: Set(Alarm.Evidence.allCases)) == [])
  }

  @Test("who asked later and was served first is evidence of order")
  func order() throws {
    func granted(_ process: Int, at time: Int64, called: Int, queued: Int) -> Event {
      event(
        "lock", "granted",
        .map([
          .init(.string("process"), .int(process)), .init(.string("called"), .int(called * 1000)),
          .init(.string("queued"), .int(queued * 1000)),
        ]), at: time, key: .string("item-0"))
    }
    let overtaken = facts([
      granted(2, at: 30, called: 20, queued: 21), granted(1, at: 40, called: 1, queued: 2),
    ])
    let alarm = try #require(overtaken.alarms(counting: [.order]).first)
    #expect(alarm.sentence == "p1 waited for item-0 while 1 later caller got it first")
    let fair = facts([
      granted(1, at: 30, called: 1, queued: 2), granted(2, at: 40, called: 20, queued: 21),
    ])
    #expect(fair.alarms(counting: [.order]) == [])
  }

  @Test("the table names what killed each, and the median")
  func table() {
    let report = MutationReport(
      mutants: [
        result("a.one", [Alarm(.verdict, "x"), Alarm(.invariant, "y")], after: 5_000_000),
        result("a.two", [Alarm(.verdict, "x"), Alarm(.overlap, "z")], after: 2_000_000),
        result("a.three", [Alarm(.invariant, "y")], after: 900_000_000),
      ],
      originals: [
        OriginalResult(name: "a", conditions: "crowd", runs: 7, vacuous: 2, falseAlarms: [])
      ])
    #expect(
      report.text(Style()) == """
        3 of 3 mutants killed; median time to kill 5.00 ms.
        0 false alarms in 7 runs of correct strategies under the same conditions, 2 of
        them vacuous.

        mutant  conditions  killed by          after  runs
        a
        .one    crowd       verdict           5.00ms     3
        .two    crowd       verdict, overlap  2.00ms     3
        .three  crowd       invariant          900ms     3

        """)
    #expect(report.isClean)
  }

  @Test("a survivor, a false alarm and a run that proves nothing are told, and not clean")
  func unclean() {
    let clean = MutationReport(
      mutants: [result("a.one", [Alarm(.order, "x")])],
      originals: [
        OriginalResult(name: "a", conditions: "crowd", runs: 1, vacuous: 0, falseAlarms: [])
      ])
    #expect(clean.isClean)
    var survivor = clean
    survivor.mutants.append(result("a.two", []))
    #expect(!survivor.isClean)
    #expect(survivor.text(Style()).contains("a.two survived 3 runs of crowd: its flaw."))
    var blamed = clean
    blamed.originals[0].falseAlarms = [.init(seed: "7f", alarm: Alarm(.verdict, "why"))]
    #expect(!blamed.isClean && blamed.falseAlarms == 1)
    #expect(
      blamed.text(Style()).contains("FALSE ALARM: a under crowd, seed 7f, verdict: why."))
    var vacuous = clean
    vacuous.originals[0].vacuous = 1
    #expect(!vacuous.isClean)
    #expect(vacuous.text(Style()).contains("a under crowd: nothing was proven in 1 run."))
    for report in [survivor, blamed, vacuous] {
      #expect(report.json.contains("\"as_expected\": false"))
      for line in report.text(Style()).split(separator: "\n") { #expect(line.count <= 80) }
    }
  }
}
