// Figures: counts by outcome, latency from the intended start, and numbers as people read them.

import History
import Support
import Testing

@testable import Report

@Suite struct `Outcomes and latency` {
  @Test func `sold out is counted as an answer, not as a failure`() {
    let history = History(operations: [
      operation(0, "take", .null, .int(1), call: 0, reply: 10),
      operation(1, "take", .null, .string("sold-out"), call: 0, reply: 20),
      operation(2, "take", .null, .keyword("sold-out"), call: 0, reply: 30),
      operation(3, "take", .null, .null, .fail, call: 0, reply: 40),
      operation(4, "read", .null, .null, .info, call: 0, reply: nil),
    ])
    let summary = Summary(of: history)
    #expect(summary.outcomes == Outcomes(ok: 1, soldOut: 2, fail: 1, indeterminate: 1))
    #expect(summary.outcomes.total == 5)
    #expect(summary.functions.map(\.name) == ["take", "read"])
    #expect(summary.functions[1].outcomes == Outcomes(indeterminate: 1))
    #expect(summary.latency?.count == 3)
    #expect(summary.failureLatency?.max == 40 * microsecond)
  }

  @Test func `latency counts from the intended start, else from the call`() {
    var late = operation(0, call: 500, reply: 510)
    #expect(late.latency == 10 * microsecond)
    late.intended = 100 * microsecond
    #expect(late.latency == 410 * microsecond)
    // A call before its time waited for nobody.
    late.intended = 505 * microsecond
    #expect(late.latency == 10 * microsecond)
    #expect(operation(0, .init("take"), .null, .null, .info, call: 1, reply: nil).latency == nil)
  }

  @Test func `a stalled client's wait is in the figures of the calls behind it`() {
    // One call each millisecond was meant; the first reply took a second.
    let operations = (0..<1000).map { place -> Operation in
      let called = place == 0 ? 0 : 1_000_000 + Int64(place)
      var call = operation(0, call: called, reply: place == 0 ? 1_000_000 : called + 1)
      call.intended = Int64(place) * millisecond
      return call
    }
    let latency = Summary(of: History(operations: operations)).latency
    #expect((latency?.p50 ?? 0) > 400 * millisecond)
  }

  @Test func `quantiles agree with a sorted list to three figures`() throws {
    for seed in UInt64(0)..<20 {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 1...3000, using: &random)
      let bits = Int.random(in: 2...40, using: &random)
      let values = (0..<count).map { _ in Int64.random(in: 0...(1 << bits), using: &random) }
      let latency = try #require(Latency(of: values))
      let sorted = values.sorted()
      #expect(latency.count == count && latency.max == sorted.last, "seed \(seed)")
      for (percent, value) in [
        (50.0, latency.p50), (95, latency.p95), (99, latency.p99), (99.9, latency.p999),
      ] {
        let exact = sorted[max(0, Int((Double(count) * percent / 100).rounded(.up)) - 1)]
        let error = abs(Double(value) - Double(exact))
        #expect(error <= max(1, Double(exact) / 500), "seed \(seed), p\(percent)")
      }
    }
    #expect(Latency(of: []) == nil)
    #expect(Latency(of: [.max, -5])?.max == .max)
  }

  @Test func `throughput is over the main phase, and only of its calls`() {
    let history = History(
      operations: (0..<100).map {
        operation(0, call: Int64($0) * 10_000, reply: Int64($0) * 10_000 + 1)
      })
    let whole = Summary(of: history)
    #expect(whole.span == 990_001 * microsecond)
    let main = Summary(of: history, mainPhase: 0..<500 * millisecond)
    #expect(main.outcomes.total == 50)
    #expect(main.callsPerSecond == 100)
    let untimed = History(operations: [
      Operation(
        process: 0, function: "take", outcome: .ok, call: Moment(rank: 0, index: 0),
        reply: Moment(rank: 1, index: 1))
    ])
    #expect(Summary(of: untimed).callsPerSecond == nil)
    #expect(Summary(of: untimed).latency == nil)
  }
}

@Suite struct `Units` {
  @Test(arguments: [
    (0, "0 ns"), (999, "999 ns"), (1000, "1.00 µs"), (9_996, "10.0 µs"), (21_340, "21.3 µs"),
    (999_499, "999 µs"), (999_500, "1.00 ms"), (412_000_000, "412 ms"),
    (3_096_000_000, "3.10 s"), (125_000_000_000, "125 s"), (4_000_000_000_000, "4 000 s"),
    (Int64.max, "9 223 372 036 s"), (-1500, "-1.50 µs"),
  ])
  func `durations have three figures`(nanoseconds: Int64, text: String) {
    #expect(Report.Units.duration(nanoseconds) == text)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1 000"), (48_112, "48 112"), (1_000_000, "1 000 000"),
    (-1234, "-1 234"), (Int.min, "-9 223 372 036 854 775 808"),
  ])
  func `counts have their thousands apart`(number: Int, text: String) {
    #expect(Report.Units.count(number) == text)
  }

  @Test(arguments: [
    (999, "999"), (1000, "1.00k"), (48_112, "48.1k"), (999_499, "999k"), (999_500, "1.00M"),
    (1_048_576, "1.05M"), (Int.max, "9 223 372 036 854 775 807"),
  ])
  func `short counts take five columns up to a thousand billions`(number: Int, text: String) {
    #expect(Report.Units.short(number) == text)
  }

  @Test(arguments: [
    (0.0, "0.00"), (0.5, "0.50"), (41.26, "41.3"), (99.96, "100"), (16037.4, "16 037"),
    (.infinity, "-"), (.nan, "-"), (-1, "-"),
  ])
  func `rates have three figures at least`(rate: Double, text: String) {
    #expect(Report.Units.rate(rate) == text)
  }

  @Test(arguments: [(-5, "0:00"), (3_999_999_999, "0:03"), (3_723_000_000_000, "1:02:03")])
  func `a stopwatch`(nanoseconds: Int64, text: String) {
    #expect(Report.Units.clock(nanoseconds) == text)
  }
}
