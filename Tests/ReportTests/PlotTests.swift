// Plots over time and the table of strategies against faults.

import History
import Support
import Testing

@testable import Report

/// Two seconds of calls each 0.5 ms; from 0.75 s to 1 s a fault makes them slow.
private func stalledRun() -> History {
  var random = SeededGenerator(seed: 7)
  var operations: [Operation] = []
  for place in 0..<4000 {
    let call = Int64(place) * 500
    let isSlow = (1500..<2000).contains(place)
    let took = Int64.random(in: 100...400, using: &random) * (isSlow ? 100 : 1)
    let outcome: Outcome = place % 911 == 3 ? .info : place % 700 == 5 ? .fail : .ok
    operations.append(
      operation(
        place, "take", .int(1), .int(3), outcome, call: call,
        reply: outcome == .info ? nil : call + took))
  }
  return History(
    operations: operations,
    events: [
      event("nemesis", "server-pause", at: 750_000),
      event("nemesis", "server-pause", at: 1_000_000),
    ])
}

@Suite struct `Plots` {
  @Test func `latency rises under the fault, and only there`() {
    #expect(
      LatencyPlot(stalledRun()).text(Style(width: 60)) == """
        Latency of answered operations: • p50, ▴ p99
            40.0 ms │                 ░▴▴▴▴▴▴▴
                    │                 ░••••••
                    │                 ▴░░░░░░
                    │                 ░░░░░░░
                    │                 ░░░░░░░
            2.22 ms │                 ░░░░░░░
                    │                 ░░░░░░░
                    │                 ░░░░░░░
                    │▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴░░░░░░░ ▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴▴
             220 µs │••••••••••••••••••░░░░░░•••••••••••••••••••••••
                    └───────────────────────────────────────────────
                    0                    +1.00 s             +2.00 s
        server-pau…                   ━━━━━━━

        """)
  }

  @Test func `throughput has a bar for each column and marks for what was not answered`() {
    #expect(
      ThroughputPlot(stalledRun()).text(Style(width: 60)) == """
        Operations answered per second
              2 985 │                 ░░░░░░█
                    │  ▁ ▁         ▁  ░░░░░▂█▃        ▁ ▁         ▁
                    │▇████████████████░▃▄████████████▇██████████████
                    │█████████████████▄█████████████████████████████
                    │███████████████████████████████████████████████
                  0 │███████████████████████████████████████████████
                    └───────────────────────────────────────────────
                    0                    +1.00 s             +2.00 s
        server-pau…                   ━━━━━━━
               fail  ×       ×       ×       ×       ×        ×
               info  ?         ?          ?          ?         ?

        """)
  }

  @Test func `every plot fits, of whatever history`() {
    for seed in UInt64(0)..<60 {
      var random = SeededGenerator(seed: seed)
      let spread: Int64 = [0, 1, 100, 1 << 40].randomElement(using: &random) ?? 0
      let operations = (0..<Int.random(in: 0...40, using: &random)).map { place -> Operation in
        let call = Int64.random(in: -spread...spread, using: &random)
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .ok
        var made = operation(
          place, "take", .null, .null, outcome, call: call,
          reply: outcome == .info ? nil : call + Int64.random(in: 0...spread, using: &random))
        if Int.random(in: 0..<9, using: &random) == 0 { made.call.time = nil }
        return made
      }
      let events = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        event(
          "nemesis", "a-fault-with-a-long-name",
          at: Int64.random(in: -spread...spread, using: &random))
      }
      let history = History(operations: operations, events: events)
      for width in [20, 41, 80, 200] {
        let style = Style(width: width)
        for text in [LatencyPlot(history).text(style), ThroughputPlot(history).text(style)] {
          let isNarrow = text.split(separator: "\n").allSatisfy { $0.columns <= width }
          #expect(isNarrow, "seed \(seed), width \(width)")
        }
      }
    }
  }

  @Test func `a history without times says so`() {
    let text = LatencyPlot(History(operations: [])).text(Style())
    #expect(text.hasSuffix("No plot: the history has no times.\n"))
  }
}

@Suite struct `Fault spans` {
  @Test func `start and end are paired by fault and target`() {
    func pause(_ process: Int, at time: Int64) -> Event {
      event("nemesis", "pause", .map([Value.Entry(.string("process"), .int(process))]), at: time)
    }
    let spans = FaultSpan.spans(of: [
      pause(1, at: 1), pause(2, at: 2), pause(1, at: 3), event("lock", "pause", at: 4),
      pause(2, at: 5), pause(1, at: 6),
    ])
    #expect(spans.map(\.start.moment.time) == [1000, 2000, 6000])
    #expect(spans.map(\.end?.moment.time) == [3000, 5000, nil])
  }

  @Test func `Jepsen's start and stop are one fault`() {
    let spans = FaultSpan.spans(of: [
      event("nemesis", "start-partition", at: 1), event("nemesis", "stop-partition", at: 2),
      event("nemesis", "start-partition", at: 3), event("nemesis", "start-partition", at: 4),
    ])
    // The second start says that the first was done.
    #expect(spans.map(\.fault) == ["partition", "partition"])
    #expect(spans.map(\.end?.moment.time) == [2000, nil])
  }

  @Test(arguments: [
    (["start", "start", "stop", "stop"], ["fault"], [4000]),
    (["kill", "kill", "start", "start", "kill"], ["kill", "kill"], [4000, nil]),
    (["pause", "pause", "resume", "resume"], ["pause"], [4000]),
    (["start", "stop", "start", "stop"], ["fault", "fault"], [2000, 4000]),
    (["stop", "stop", "start"], ["fault"], [nil]),
  ])
  func `Jepsen's pairs are intervals from the first start to the last stop`(
    _ functions: [String], _ faults: [String], _ ends: [Int64?]
  ) {
    let spans = FaultSpan.spans(
      of: functions.enumerated().map { event("nemesis", $1, at: Int64($0 + 1)) })
    #expect(spans.map(\.fault) == faults)
    #expect(spans.map(\.end?.moment.time) == ends)
  }
}
