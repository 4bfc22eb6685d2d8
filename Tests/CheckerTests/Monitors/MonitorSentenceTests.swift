// What the monitors of registers, counters, sets and queues tell people.

import Checker
import History
import Support
import Testing

/// A short history by lines: process, start, end (nil: no reply), call, reply.
private func calls<Data: Datatype>(
  _ lines: [(Int, Int, Int?, Data.Call, Data.Reply?)]
) -> [TimedCall<Data>] {
  timeline(
    lines.map { process, start, end, call, reply in
      TimedCall(
        call: call, reply: end == nil ? nil : reply, start: start, end: end ?? Int.max,
        process: process, position: 0)
    }, keepingProcesses: true)
}

@Suite struct MonitorSentenceTests {
  private func expect<M: Model, W: Monitor>(
    _ headline: String, by shown: [Int], _ monitor: W, _ model: M, _ calls: [TimedCall<M.Data>]
  ) throws where W.Data == M.Data {
    let example = try #require(try monitor.judge(calls, key: nil).counterexample)
    #expect(example.headline == headline)
    #expect(example.operations.map { calls[$0].process } == shown)
    #expect(compare(monitor, model, calls) == .agreed(.violation))
  }

  private func register(
    _ headline: String, by shown: [Int],
    _ lines: [(Int, Int, Int?, Register.Call, Register.Reply?)]
  ) throws {
    try expect(
      headline, by: shown, RegisterMonitor(initial: .int(0), swaps: true),
      CASRegisterModel(initial: .int(0)), calls(lines))
  }

  @Test func `a register's value that nobody wrote`() throws {
    try register(
      "p2 read 9, but nobody wrote 9", by: [2],
      [
        (1, 0, 1, .write(.int(1)), .written), (2, 2, 3, .read, .value(.int(9))),
      ])
    try register(
      "p2 read 5, but nobody wrote 4", by: [2],
      [
        (1, 0, nil, .cas(from: .int(4), to: .int(5)), nil), (2, 2, 3, .read, .value(.int(5))),
      ])
  }

  @Test func `a register's value that came back`() throws {
    try register(
      "p4 read 1 after p3 had read 2, and p3 read 2 after p1 had written 1", by: [1, 3, 4],
      [
        (1, 0, 1, .write(.int(1)), .written), (2, 0, 9, .write(.int(2)), .written),
        (3, 2, 3, .read, .value(.int(2))), (4, 4, 5, .read, .value(.int(1))),
      ])
    try register(
      "p3 read 0 after p1 had written 1", by: [1, 3],
      [(1, 0, 1, .write(.int(1)), .written), (3, 2, 3, .read, .value(.int(0)))])
    try register(
      "p3 read 1 after p2 had swapped 1 for 2", by: [2, 3],
      [
        (1, 0, nil, .write(.int(1)), nil),
        (2, 2, 3, .cas(from: .int(1), to: .int(2)), .swapped),
        (3, 4, 5, .read, .value(.int(1))),
      ])
  }

  @Test func `a write without a reply counts by the read that shows it`() throws {
    let lines: [(Int, Int, Int?, Register.Call, Register.Reply?)] = [
      (1, 0, 1, .write(.int(7)), .written), (2, 2, 4, .read, .value(.int(9))),
      (3, 3, nil, .cas(from: .int(0), to: .int(9)), nil),
    ]
    try register("p3 swapped 0 for 9 after p1 had written 7", by: [1, 2, 3], lines)
    let judgement = try RegisterMonitor(initial: .int(0), swaps: true)
      .judge(calls(lines), key: nil)
    #expect(
      judgement.counterexample?.reasons.last
        == "p3 had no reply, but without it p2 could not have read 9.")
  }

  @Test func `a register's value swapped twice, or only for each other`() throws {
    try register(
      "0 was swapped for both 1 and 2: p1 swapped 0 for 1, and p2 swapped 0 for 2", by: [1, 2],
      [
        (1, 0, 9, .cas(from: .int(0), to: .int(1)), .swapped),
        (2, 0, 9, .cas(from: .int(0), to: .int(2)), .swapped),
      ])
    try register(
      "p2 swapped 2 for 1, but 2 was only ever swapped in for values that came from it", by: [2],
      [
        (1, 0, 9, .cas(from: .int(1), to: .int(2)), .swapped),
        (2, 0, 9, .cas(from: .int(2), to: .int(1)), .swapped),
      ])
  }

  @Test func `a mismatch that only a search can place is refused`() throws {
    let history: [TimedCall<Register>] = calls([
      (1, 0, 1, .write(.int(1)), .written),
      (2, 2, 3, .cas(from: .int(1), to: .int(5)), .mismatch),
    ])
    #expect(throws: NotApplicable.self) {
      try RegisterMonitor(initial: .int(0), swaps: true).judge(history, key: nil)
    }
  }

  @Test func `a counter's sum`() throws {
    func counter(
      _ headline: String, by shown: [Int],
      _ lines: [(Int, Int, Int?, Counter.Call, Counter.Reply?)]
    ) throws {
      try expect(headline, by: shown, CounterMonitor(0), CounterModel(0), calls(lines))
    }
    try counter(
      "p2 read 3, which no number of additions makes", by: [2],
      [(1, 0, 1, .add(2), .added), (2, 2, 3, .read, .value(3))])
    try counter(
      "p3 read 0 after p2 had read 2", by: [2, 3],
      [
        (1, 0, 9, .add(2), .added), (2, 2, 3, .read, .value(2)), (3, 4, 5, .read, .value(0)),
      ])
    try counter(
      "p2 read 4, which needs 2 additions before it, but only 1 had been called by then", by: [2],
      [
        (1, 0, 1, .add(2), .added), (2, 2, 3, .read, .value(4)), (3, 4, 5, .add(2), .added),
      ])
    try counter(
      "p1's addition was ok before p2 read 0, which leaves room for none", by: [1, 2],
      [(1, 0, 1, .add(2), .added), (2, 2, 3, .read, .value(0))])
  }

  @Test func `a set's elements`() throws {
    func set(
      _ headline: String, by shown: [Int],
      _ lines: [(Int, Int, Int?, ElementSet.Call, ElementSet.Reply?)]
    ) throws {
      try expect(headline, by: shown, SetMonitor([.int(0)]), SetModel([.int(0)]), calls(lines))
    }
    func elements(_ numbers: Int...) -> ElementSet.Reply { .elements(Set(numbers.map(Value.int))) }
    try set("p1 read 7, which nobody added", by: [1], [(1, 0, 1, .read, elements(0, 7))])
    try set("p1 read no 0, which was there from the start", by: [1], [(1, 0, 1, .read, elements())])
    try set(
      "p1 and p2 were both told that they added 7", by: [1, 2],
      [(1, 0, 9, .add(.int(7)), .changed(true)), (2, 0, 9, .add(.int(7)), .changed(true))])
    try set(
      "p1 had added 7 before p2 read no 7", by: [1, 2],
      [(1, 0, 1, .add(.int(7)), .done), (2, 2, 3, .read, elements(0))])
    try set(
      "p2 read no 7 after p1 had read it", by: [1, 2],
      [
        (1, 0, 1, .read, elements(0, 7)), (2, 2, 3, .read, elements(0)),
        (3, 0, nil, .add(.int(7)), nil),
      ])
    try set(
      "p3 read 7 without 8, and p4 8 without 7", by: [3, 4],
      [
        (1, 0, 9, .add(.int(7)), .done), (2, 0, 9, .add(.int(8)), .done),
        (3, 1, 9, .read, elements(0, 7)), (4, 2, 9, .read, elements(0, 8)),
      ])
    try set(
      "p3 read 8 without 7, but p1 had added 7 before p2, the first to add 8, called",
      by: [1, 3, 2],
      [
        (1, 0, 1, .add(.int(7)), .done), (2, 2, 9, .add(.int(8)), .done),
        (3, 1, 9, .read, elements(0, 8)),
      ])
  }

  @Test func `a queue's elements`() throws {
    func queue(
      _ headline: String, by shown: [Int],
      _ lines: [(Int, Int, Int?, Queue.Call, Queue.Reply?)]
    ) throws {
      try expect(headline, by: shown, QueueMonitor([]), FIFOQueueModel([]), calls(lines))
    }
    let (one, two) = (Value.int(1), Value.int(2))
    try queue(
      "p1 dequeued 1, which nobody enqueued", by: [1], [(1, 0, 1, .dequeue, .value(one))])
    try queue(
      "p2 and p3 both dequeued 1", by: [2, 3],
      [
        (1, 0, 1, .enqueue(one), .enqueued), (2, 0, 9, .dequeue, .value(one)),
        (3, 0, 9, .dequeue, .value(one)),
      ])
    try queue(
      "p2 dequeued 1 before p1 called to enqueue it", by: [2, 1],
      [(2, 0, 1, .dequeue, .value(one)), (1, 2, 3, .enqueue(one), .enqueued)])
    try queue(
      "1 was enqueued before 2, but dequeued after it", by: [1, 2, 3, 4],
      [
        (1, 0, 1, .enqueue(one), .enqueued), (2, 2, 3, .enqueue(two), .enqueued),
        (3, 4, 5, .dequeue, .value(two)), (4, 6, 7, .dequeue, .value(one)),
      ])
    try queue(
      "1 was enqueued before elements that were dequeued, but nobody dequeued it", by: [1, 2, 3],
      [
        (1, 0, 1, .enqueue(one), .enqueued), (2, 2, 3, .enqueue(two), .enqueued),
        (3, 4, 5, .dequeue, .value(two)), (4, 6, nil, .dequeue, nil),
      ])
    try queue(
      "p2 found the queue empty, but 1 was in it", by: [1, 2, 3],
      [
        (1, 0, 1, .enqueue(one), .enqueued), (2, 2, 3, .dequeue, .empty),
        (3, 4, 5, .dequeue, .value(one)),
      ])
    try queue(
      "p3 found the queue empty, but something was always in it", by: [1, 2, 3, 4, 5],
      [
        (1, 0, 1, .enqueue(one), .enqueued), (2, 0, 3, .enqueue(two), .enqueued),
        (3, 2, 6, .dequeue, .empty), (4, 4, 5, .dequeue, .value(one)),
        (5, 7, 8, .dequeue, .value(two)),
      ])
    try queue(
      "p3 found the queue empty, but something was always in it", by: [1, 2, 3],
      [
        (1, 0, 1, .enqueue(one), .enqueued), (2, 0, 1, .enqueue(two), .enqueued),
        (3, 3, 4, .dequeue, .empty), (4, 2, nil, .dequeue, nil),
      ])
  }
}
