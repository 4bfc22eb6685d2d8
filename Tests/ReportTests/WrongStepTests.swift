// The line that names the step which broke a run: a read made old, a DECR below zero, and nothing
// invented where no step shows it.

import Checker
import History
import Testing

@testable import Report

/// A take of item-0 with its commands: text, reply, sent and received in ns.
private func take(
  _ process: Int, _ output: Value, at call: Int64, _ reply: Int64
) -> Operation {
  Operation(
    process: process, function: "take", key: .string("item-0"), input: .int(1), output: output,
    outcome: .ok, call: Moment(rank: Int(call), index: Int(call), time: call),
    reply: Moment(rank: Int(reply), index: Int(reply), time: reply))
}

/// A read of item-0.
private func read(_ process: Int, _ output: Value, at call: Int64, _ reply: Int64) -> Operation {
  var operation = take(process, output, at: call, reply)
  operation.function = "read"
  operation.input = .null
  return operation
}

private func cause(
  _ operations: [Operation], _ steps: [Int: [Step]] = [:], _ events: [Event] = [],
  showing positions: [Int]
) -> String? {
  let found = Counterexample(operations: positions, headline: "two were told the same")
  let judgement = Judgement(
    key: .string("item-0"), verdict: .violation, engine: "search", operations: operations.count,
    counterexample: found)
  let history = History(operations: operations, events: events, steps: steps)
  return WrongStep(Evidence(history: history, judgements: [judgement], findings: []))?.sentence
}

private func sent(_ command: String, _ reply: String, _ sent: Int64, _ received: Int64) -> Step {
  Step(command: command, reply: reply, sent: sent, received: received)
}

@Suite struct `The step that went wrong` {
  private let operations = [take(1, .int(57), at: 10, 50), take(2, .int(57), at: 11, 60)]

  @Test func `is the write whose read another's write made old`() {
    let steps = [
      0: [sent("GET", "58", 12, 20), sent("SET 57", "ok", 30, 40)],
      1: [sent("GET", "58", 13, 21), sent("SET 57", "ok", 42, 55)],
    ]
    #expect(
      cause(operations, steps, showing: [0, 1])
        == "p2's SET 57 rests on its GET 58, but p1's SET 57 came between")
  }

  @Test func `counts a transaction's write from its COMMIT`() {
    let steps = [
      0: [
        sent("BEGIN", "ok", 11, 12), sent("SELECT", "58", 12, 20), sent("UPDATE 57", "1", 30, 31),
        sent("COMMIT", "ok", 32, 45),
      ],
      1: [sent("SELECT", "58", 33, 40), sent("UPDATE 57", "1", 46, 59)],
    ]
    #expect(
      cause(operations, steps, showing: [0])
        == "p2's UPDATE 57 rests on its SELECT 58, but p1's COMMIT of UPDATE 57 came between")
  }

  @Test func `is the DECR below zero where units are on their way back`() {
    let operations = [take(1, .string("sold-out"), at: 10, 50), take(2, .int(0), at: 11, 60)]
    let steps = [0: [sent("DECR", "-1", 12, 20), sent("INCR", "0", 30, 40)]]
    #expect(
      cause(operations, steps, showing: [1])
        == "p1's DECR went to -1; until its INCR, everyone saw too little")
  }

  @Test func `is no write that came before the read, and none that changed nothing`() {
    let steps = [
      0: [sent("GET", "58", 12, 20), sent("SET 57", "ok", 21, 22)],
      1: [sent("GET", "57", 23, 30), sent("SET 56", "ok", 31, 40)],
    ]
    #expect(cause(operations, steps, showing: [1]) == "p2's take was answered: ok, 57 left")
    let refused = [
      0: [sent("SELECT", "58", 12, 20), sent("UPDATE 57", "1", 30, 40)],
      1: [sent("SELECT", "58", 13, 21), sent("UPDATE 57", "0", 42, 55)],
    ]
    #expect(cause(operations, refused, showing: [1]) == "p2's take was answered: ok, 57 left")
  }

  private let reading = [
    take(1, .int(57), at: 10, 50), read(2, .int(58), at: 60, 90), read(3, .int(58), at: 5, 55),
  ]

  @Test func `is the cache that a read was answered from`() {
    let steps = [
      0: [sent("UPDATE", "57", 20, 40)], 1: [sent("GET", "58", 61, 70)],
      2: [sent("GET", "nil", 6, 7), sent("SELECT", "58", 8, 9), sent("SET 58", "ok", 10, 11)],
    ]
    #expect(
      cause(reading, steps, showing: [0, 1])
        == "p2's read was answered by GET 58, but p1's take had already been told: ok, 57 left")
    #expect(
      cause(reading, [1: [sent("memory", "58", 61, 61)]], showing: [0, 1])
        == "p2's read was answered by its own memory 58, but p1's take had already been told: ok, "
        + "57 left")
  }

  @Test func `is who filled the cache with what a write had made old`() {
    let steps = [
      0: [sent("UPDATE", "57", 20, 40), sent("DEL", "1", 41, 45)],
      1: [sent("GET", "58", 61, 70)],
      2: [sent("GET", "nil", 6, 7), sent("SELECT", "58", 8, 9), sent("SET 58", "ok", 46, 50)],
    ]
    #expect(
      cause(reading, steps, showing: [0, 1])
        == "p3's SET 58 rests on its SELECT 58, but p1's UPDATE came between")
  }

  @Test func `is no cache filled with what was true`() {
    let steps = [
      1: [sent("GET", "nil", 60, 61), sent("SELECT", "58", 62, 63), sent("SET 58", "ok", 64, 65)],
      2: [sent("GET", "nil", 6, 7), sent("SELECT", "58", 8, 9), sent("SET 58", "ok", 10, 11)],
    ]
    #expect(cause(reading, steps, showing: [2, 1]) == "p2's read was answered: ok, 58")
  }

  @Test(arguments: [(consumer: 3, same: true), (consumer: 0, same: false)])
  func `is what two consumers of a queue read`(other: (consumer: Int, same: Bool)) {
    func served(_ process: Int, by consumer: Int, at time: Int) -> Event {
      let value: [Value.Entry] = [
        .init(.string("process"), .int(process)), .init(.string("consumer"), .int(consumer)),
        .init(.string("read"), .int(58)),
      ]
      return Event(
        process: "queue", function: "served", key: .string("item-0"), value: .map(value),
        moment: Moment(rank: time, index: time, time: Int64(time)))
    }
    let events = [served(1, by: 0, at: 49), served(2, by: other.consumer, at: 59)]
    #expect(
      cause(operations, [:], events, showing: [0, 1])
        == (other.same
          ? "consumers 0 and 3 both read 58 and sold from it"
          : "p2's take was answered: ok, 57 left"))
  }

  @Test func `is nothing where nothing broke`() {
    let history = History(operations: operations)
    #expect(WrongStep(Evidence(history: history, judgements: [], findings: [])) == nil)
  }
}
