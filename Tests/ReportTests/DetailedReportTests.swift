// Runs looked at again: windows of a history, milestones, two runs side by side, and how a verdict
// that was not reached counts.

import Checker
import History
import Support
import Testing

@testable import Report

/// Ten calls each 10 µs on two keys, each 25 µs long; the third stays indeterminate.
private func tenCalls() -> History {
  let operations = (0..<10).map { place -> Operation in
    let isOpen = place == 2
    return operation(
      place, "take", .int(1), isOpen ? .null : .int(9 - place), isOpen ? .info : .ok,
      call: Int64(place) * 10, reply: isOpen ? nil : Int64(place) * 10 + 25, index: place * 2,
      key: .string("item-\(place % 2)"), error: isOpen ? "timeout" : nil)
  }
  return History(operations: operations)
}

@Suite struct `Windows` {
  @Test(arguments: [
    (HistoryWindow.Center.index(12), [5, 6, 7]), (.index(13), [5, 6, 7]), (.index(999), [7, 8, 9]),
    (.time(60_000), [5, 6, 7]), (.time(0), [0, 1, 2]), (.time(.max), [7, 8, 9]),
  ])
  func `show the operations nearest to the middle`(
    _ center: HistoryWindow.Center, _ positions: [Int]
  ) throws {
    let window = try #require(HistoryWindow(tenCalls(), around: center, rows: 3))
    #expect(window.positions == positions)
  }

  @Test func `of one key hold no other key's operations`() throws {
    let window = try #require(
      HistoryWindow(tenCalls(), key: .string("item-1"), around: .index(10), rows: 3))
    #expect(window.positions == [3, 5, 7])
    #expect(window.text(Style()).hasPrefix("item-1 around #10, +50.0 µs: 3 of 5 operations\n"))
  }

  @Test func `an indeterminate call does not crowd later windows`() throws {
    var history = tenCalls()
    history.givenUp[2] = Moment(rank: history.operations[4].call.rank, index: 5)
    let early = try #require(HistoryWindow(history, around: .index(8), rows: 4))
    #expect(early.positions.contains(2))
    let late = try #require(HistoryWindow(history, around: .index(18), rows: 4))
    #expect(!late.positions.contains(2))
  }

  @Test func `there is none of an empty history, nor by time of one without times`() {
    #expect(HistoryWindow(History(operations: []), around: .index(0)) == nil)
    let untimed = Operation(
      process: 0, function: "take", outcome: .ok, call: Moment(rank: 0, index: 0),
      reply: Moment(rank: 1, index: 1))
    #expect(HistoryWindow(History(operations: [untimed]), around: .time(0)) == nil)
    #expect(HistoryWindow(History(operations: [untimed]), around: .index(0)) != nil)
  }
}

@Suite struct `Runs looked at again` {
  @Test func `what happened is told in its order`() throws {
    var history = leaseExpiry().history
    history.events.append(event("run", "main", .string("start"), at: -20))
    let timeline = try #require(Timeline(history, counterexample: leaseExpiry().counterexample))
    #expect(
      timeline.lines(width: 72).text(Style(width: 72)) == """
        What happened when, from the first call
          -20.0 µs  main phase start
                 0  counterexample: p3 #33 take item-4: ok, 57 left
           +620 µs  counterexample: p11 #36 take item-4: ok, 57 left
           +910 µs  fault: client-pause process 3, for 412 ms

        """)
  }

  @Test func `of a kind the first are told, the rest counted`() throws {
    let operations = (0..<9).map { place in
      operation(
        place, "take", .int(1), .string("sold-out"), call: Int64(place), reply: Int64(place) + 5,
        key: .string("item-\(place)"))
    }
    let timeline = try #require(Timeline(History(operations: operations), counterexample: nil))
    let text = timeline.lines(width: 80).text(Style())
    #expect(text.matches(of: /first sold out/).count == 6)
    #expect(text.contains("and 3 more keys that sold out"))
  }

  @Test(arguments: [20, 40, 80, 132])
  func `every line fits`(_ width: Int) {
    let run = leaseExpiryRun()
    for lines in [
      DetailedReport([run]).lines(width: width), DetailedReport([run, run]).lines(width: width),
      SideBySide(("results/a", [run]), ("results/b", [run])).lines(width: width),
      SideBySide(("results/a", [run, run]), ("results/b", [run])).lines(width: width),
    ] {
      for line in lines where !line.mayExceedWidth {
        #expect(line.text(Style(width: width)).columns <= width)
      }
    }
  }

  @Test func `a verdict that changed stands first, what is the same says so`() {
    let broken = leaseExpiryRun()
    var held = broken
    held.judgements = []
    held.judgements.append(
      Judgement(key: nil, verdict: .linearizable, engine: "stock-monitor", operations: 2))
    held.findings = []
    let changed = SideBySide(("a", [held]), ("b", [broken])).text(Style())
    #expect(
      changed.hasPrefix(
        """
        VERDICT CHANGED  redisson-lock linearizable → VIOLATION
          VIOLATION  item-4 was oversold: two buyers were both told "57 left"
        A  a
        B  b

        """))
    #expect(changed.contains("Only in B: oversold: item-4 was oversold"))
    let same = SideBySide(("a", [broken]), ("b", [broken])).text(Style())
    #expect(same.hasPrefix("same verdict  VIOLATION both times\n  VIOLATION  item-4 was"))
    #expect(!same.contains("Only in"))
    #expect(!same.contains("differs"))
  }

  @Test func `strategies without a counterpart are named, none in common is said`() {
    var other = leaseExpiryRun()
    other.strategy = "pg-update"
    let mixed = SideBySide(("a", [leaseExpiryRun(), other]), ("b", [other])).text(Style())
    #expect(mixed.contains("Only in A: redisson-lock\n"))
    let apart = SideBySide(("a", [leaseExpiryRun()] + [leaseExpiryRun()]), ("b", [other]))
    #expect(apart.text(Style()).hasPrefix("the two runs share no strategy\n"))
  }

  @Test(arguments: [
    (100.0, 100.0, "same"), (100, 100.4, "same"), (100, 88, "−12 %"), (100, 150, "+50 %"),
    (100, 310, "×3.10"), (310, 100, "÷3.10"), (0, 5, ""),
  ])
  func `changes are told as people say them`(_ before: Double, _ after: Double, _ text: String) {
    #expect(SideBySide.change(before, after) == text)
  }
}

@Suite struct `A verdict that was not reached` {
  private var undecided: RunFacts {
    var run = leaseExpiryRun()
    run.findings = []
    run.judgements = [
      Judgement(
        key: nil, verdict: .unknown, engine: "search", operations: 2, unknown: "out of time")
    ]
    return run
  }

  @Test func `counts as the user says, in every format`() {
    #expect(JUnit.text([undecided]).contains("errors=\"1\""))
    #expect(JUnit.text([undecided], unknown: .warn).contains("errors=\"0\""))
    #expect(JUnit.text([undecided], unknown: .pass).contains("errors=\"0\""))
    #expect(Annotations.text([undecided]).hasPrefix("::warning "))
    #expect(Annotations.text([undecided], unknown: .warn).hasPrefix("::warning "))
    #expect(Annotations.text([undecided], unknown: .pass).isEmpty)
  }

  @Test func `says nothing of any other verdict`() {
    for policy in UnknownPolicy.allCases {
      #expect(JUnit.text([leaseExpiryRun()], unknown: policy).contains("failures=\"1\""))
      for verdict in RunVerdict.allCases where verdict != .unknown {
        #expect(!policy.tolerates(verdict))
      }
    }
  }
}

@Suite struct `Progress` {
  @Test func `marks the moments a fault struck on its bar`() {
    let line = ProgressLine(
      elapsed: 5_000_000_000, done: 0.5, outcomes: Outcomes(ok: 10), perSecond: 2,
      faults: [RunFacts.FaultCount(name: "server-kill", fired: 2)], struck: [0.1, 0.4, .nan, 7])
    #expect(
      line.text(Style(width: 100))
        == "0:05 ▕▒█▒█████▒█         ▒▏  10 ops  2.00/s  ok 10  sold out 0  fault: server-kill 2×")
    #expect(line.text(Style(width: 100, unicode: false)).contains("%"))
    for width in 20...120 { #expect(line.text(Style(width: width)).columns <= width) }
  }

  @Test func `says what a run waits for when its time is over`() {
    func text(_ done: Double, fired: Int) -> String {
      ProgressLine(
        elapsed: 5_000_000_000, done: done, outcomes: Outcomes(ok: 10), perSecond: 2,
        faults: [RunFacts.FaultCount(name: "server-kill", fired: fired)]
      ).text(Style(width: 100))
    }
    #expect(text(1.5, fired: 0).hasSuffix("  sold out 0  waiting for server-kill"))
    #expect(text(0.5, fired: 0).hasSuffix("  sold out 0"))
    #expect(text(1.5, fired: 1).hasSuffix("  sold out 0  fault: server-kill 1×"))
  }
}
