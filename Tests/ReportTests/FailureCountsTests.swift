// Calls that failed are counted by kind, told in the server's own words, and make a run vacuous where
// they are too many and nothing explains them.

import History
import Support
import Testing

@testable import Report

/// Calls of which some failed, one after the other, each 100 µs long.
private func history(
  ok: Int, failed: [(String, Int)], indeterminate: Int = 0, events: [Event] = []
) -> History {
  var operations: [History.Call] = []
  func next(_ outcome: Outcome, _ error: String?) {
    let time = Int64(operations.count) * 200
    operations.append(
      operation(
        0, "take", .int(1), .int(1), outcome, call: time,
        reply: outcome == .info ? nil : time + 100, error: error))
  }
  for _ in 0..<ok { next(.ok, nil) }
  for (error, count) in failed { for _ in 0..<count { next(.fail, error) } }
  for _ in 0..<indeterminate { next(.info, "timeout") }
  return History(operations: operations, events: events)
}

extension History {
  fileprivate typealias Call = Operation
}

private let oom = FailureCounts.Known(
  error: "OOM", message: "OOM command not allowed when used memory > 'maxmemory'.",
  isRefusal: false)
private let notGranted = FailureCounts.Known(
  error: "lock not granted", message: nil, isRefusal: true)

@Suite struct `Calls that failed` {
  @Test func `nineteen of twenty leave nothing to judge, and the server says why`() {
    let counts = FailureCounts(of: history(ok: 988, failed: [("OOM", 19_012)]), known: [oom])
    #expect(
      counts.vacuity(above: 0.1)
        == "19 012 of 20 000 calls failed (95 %), more than the 10 % that may: OOM, "
        + "“command not allowed when used memory > 'maxmemory'”")
    #expect(
      counts.lines(width: 120).text(Style(width: 120)).hasPrefix(
        "Failed      19 012× OOM, “command not allowed when used memory > 'maxmemory'”"))
  }

  @Test(arguments: [(90, 10, false), (89, 11, true), (0, 0, false), (100, 0, false)])
  func `as many as may are enough`(ok: Int, failed: Int, isVacuous: Bool) {
    let counts = FailureCounts(of: history(ok: ok, failed: [("OOM", failed)]))
    #expect((counts.vacuity(above: 0.1) != nil) == isVacuous)
  }

  @Test func `the share that may fail is the workload's`() {
    let counts = FailureCounts(of: history(ok: 97, failed: [("42P01 undefined_table", 3)]))
    #expect(counts.vacuity(above: 0.1) == nil && counts.vacuity(above: 0.02) != nil)
    #expect(counts.vacuity(above: 1) == nil)
    let some = FailureCounts(of: history(ok: 100, failed: []))
    #expect(some.vacuity(above: 0) == nil)
  }

  @Test func `indeterminate calls count too`() {
    let counts = FailureCounts(of: history(ok: 80, failed: [], indeterminate: 20))
    #expect(counts.kinds.map(\.indeterminate) == [20] && counts.vacuity(above: 0.1) != nil)
  }

  @Test func `refusals are no failures, unless hardly anybody is served`() {
    let half = FailureCounts(
      of: history(ok: 50, failed: [("lock not granted", 50)]), known: [notGranted])
    #expect(half.vacuity(above: 0.1) == nil && half.unserved == 50 && half.remark == nil)
    let all = FailureCounts(
      of: history(ok: 1, failed: [("lock not granted", 99)]), known: [notGranted])
    #expect(
      all.vacuity(above: 0.1) == "99 of 100 calls were not served (99 %): lock not granted")
    let line = half.lines(width: 80).text(Style(width: 80))
    #expect(line == "Failed      50× lock not granted (refused by the strategy)\n")
  }

  @Test func `a fault explains what fails while it is in force, and no more`() {
    let target = Value.map([.init(.string("server"), .string("redis"))])
    // Calls 0 to 9 answered, 10 to 29 failed: from 2 to 6 ms.
    let struck = history(
      ok: 10, failed: [("connection closed", 20)],
      events: [
        event("nemesis", "server-kill", target, at: 2000),
        event("nemesis", "server-kill", target, at: 2500),
      ])
    // What is left behind counts for a second.
    #expect(FailureCounts(of: struck).unexplained == 0)
    let late = history(
      ok: 10, failed: [("connection closed", 20)],
      events: [event("nemesis", "server-kill", target, at: 4050)])
    #expect(FailureCounts(of: late).unexplained == 10)
    #expect(FailureCounts(of: late).vacuity(above: 0.1) != nil)
  }

  @Test func `no fault explains how a server is set up`() {
    let full = history(
      ok: 10, failed: [("OOM", 20)], events: [event("nemesis", "latency", at: 0)])
    #expect(FailureCounts(of: full).unexplained == 20)
  }

  @Test func `only the main phase counts`() {
    let counts = FailureCounts(
      of: history(ok: 2, failed: [("OOM", 2)]), mainPhase: 0..<450_000)
    #expect(counts.calls == 3 && counts.unexplained == 1)
  }

  @Test func `JSON has every kind`() {
    var run = leaseExpiryRun()
    run.figures.failures = FailureCounts(of: history(ok: 1, failed: [("OOM", 2)]), known: [oom])
    let text = JSONReport.text(run)
    #expect(text.contains("\"error\": \"OOM\"") && text.contains("\"unexplained\": 2"))
    #expect(text.contains("command not allowed"))
  }

  @Test func `shares never round to nothing or to all`() {
    #expect(Report.Units.share(1, of: 100_000) == "< 0.1 %")
    #expect(Report.Units.share(99_999, of: 100_000) == "> 99 %")
    #expect(Report.Units.share(1750, of: 3000) == "58 %" && Report.Units.share(0, of: 3) == "0 %")
    #expect(Report.Units.share(3, of: 3) == "100 %" && Report.Units.percent(0.025) == "2.5 %")
  }
}
