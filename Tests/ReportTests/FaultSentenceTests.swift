// A report names the fault that struck a counterexample's operations, and the step it struck.

import Checker
import History
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
