// A report names the fault that struck a counterexample's operations, and the step it struck.

import Checker
import History
import Support
import Testing

@testable import Report

private func details(_ entries: (String, Value)...) -> Value {
  .map(entries.map { Value.Entry(.string($0.0), $0.1) })
}

/// Two takes, of process 3 from 1 to 9 ms and of process 5 from 2 to 8 ms.
private func sentences(_ events: [Event]) -> [String] {
  let history = History(
    operations: [
      operation(3, call: 1000, reply: 9000), operation(5, call: 2000, reply: 8000),
      operation(7, call: 10_000, reply: 11_000),
    ], events: events)
  return FaultSentences([0, 1], of: history).all
}

@Suite("Sentences of faults")
struct FaultSentenceTests {
  @Test("a client's fault is told with the step it struck")
  func client() {
    let start = details(
      ("process", .int(3)), ("after", .string("SELECT")), ("before", .string("UPDATE")))
    let told = sentences([
      event("nemesis", "client-pause", start, at: 3000),
      event("nemesis", "client-pause", details(("process", .int(3))), at: 7000),
    ])
    #expect(told == ["client-pause struck p3 between SELECT and UPDATE, +2.00 ms to +6.00 ms"])
  }

  @Test("other clients' faults are not told, and those of servers after one's own")
  func others() {
    let server = details(("server", .string("redis-3")))
    let told = sentences([
      event("nemesis", "server-kill", server, at: 500),
      event("nemesis", "server-kill", server, at: 1500),
      event(
        "nemesis", "client-pause", details(("process", .int(7)), ("before", .string("GET"))),
        at: 2000),
      event(
        "nemesis", "reply-loss",
        details(("process", .int(5)), ("server", .string("redis")), ("of", .string("DECR"))),
        at: 3000),
      event(
        "nemesis", "reply-loss", details(("process", .int(5)), ("server", .string("redis"))),
        at: 3001),
      event("nemesis", "partition", server, at: 9500),
    ])
    #expect(
      told == [
        "reply-loss struck p5 at redis, the reply of DECR, +2.00 ms to +2.00 ms",
        "server-kill struck redis-3, -500 µs to +500 µs",
      ])
  }

  @Test(
    "a fault of somebody else who worked on the same key meanwhile is told where none was one's own"
  )
  func nearby() {
    let start = details(
      ("process", .int(7)), ("after", .string("SELECT")), ("before", .string("UPDATE")))
    func told(by process: Int, key: Value?) -> [String] {
      let history = History(
        operations: [
          operation(3, call: 1000, reply: 3000), operation(5, call: 2000, reply: 8000),
          operation(process, call: 500, reply: 6000, key: key),
        ],
        events: [
          event("nemesis", "client-pause", start, at: 600),
          event("nemesis", "client-pause", details(("process", .int(7))), at: 5000),
        ])
      return FaultSentences([0, 1], of: history).all
    }
    #expect(
      told(by: 7, key: nil)
        == ["client-pause struck p7 between SELECT and UPDATE, -400 µs to +4.00 ms"])
    #expect(told(by: 7, key: .string("item-1")).isEmpty)
    #expect(told(by: 9, key: nil).isEmpty)
  }

  @Test("a server's fault is told with the step under way, or with who was answered before")
  func server() {
    let server = details(("server", .string("redis")))
    func told(
      _ steps: [Step], _ start: Int64, _ end: Int64, later: [Step] = []
    ) -> String? {
      let history = History(
        operations: [
          operation(3, call: 1000, reply: 9000), operation(5, call: 10_000, reply: 20_000),
        ],
        events: [
          event("nemesis", "clock-jump", server, at: start),
          event("nemesis", "clock-jump", server, at: end),
        ], steps: [0: steps, 1: later])
      return FaultSentences([1, 0], of: history).all.first
    }
    let steps = [
      Step(command: "SELECT", reply: "7", sent: 1_100_000, received: 1_500_000),
      Step(command: "UPDATE 6", reply: "1", sent: 7_000_000, received: 8_000_000),
    ]
    let time = "clock-jump struck redis, +1.00 ms to +4.00 ms; "
    #expect(told(steps, 2000, 5000) == time + "at its end p3 was between SELECT and UPDATE")
    #expect(
      told(steps, 2000, 7500)
        == "clock-jump struck redis, +1.00 ms to +6.50 ms; at its end p3's UPDATE was under way")
    #expect(told([], 2000, 5000) == String(time.dropLast(2)))
    #expect(
      told(steps, 12_000, 13_000)
        == "clock-jump struck redis, +11.0 ms to +12.0 ms; before it p3's take had been answered")
    // What the one was told may be gone, and the other may have been sent again.
    let again = [
      Step(command: "EVALSHA", reply: "NOSCRIPT", sent: 11_000_000, received: 11_500_000),
      Step(command: "EVAL", reply: "6", sent: 12_500_000, received: 14_000_000),
    ]
    #expect(
      told(steps, 12_000, 13_000, later: again)
        == "clock-jump struck redis, +11.0 ms to +12.0 ms; "
        + "before it p3's take had been answered, at its end p5's EVAL was under way")
  }

  @Test("where none was in force, the last one before is told; without faults nothing")
  func before() {
    let server = details(("server", .string("redis")))
    let told = sentences([
      event("nemesis", "failover", server, at: 100), event("nemesis", "failover", server, at: 200),
      event("nemesis", "server-kill", server, at: 300),
      event("nemesis", "server-kill", server, at: 400),
    ])
    #expect(told == ["server-kill struck redis, -700 µs to -600 µs"])
    #expect(sentences([]).isEmpty)
  }
}
