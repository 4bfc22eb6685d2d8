// The picture of a counterexample, exact to the column.

import Checker
import History
import Report
import Testing

@Suite struct `Swim lanes` {
  @Test func demo() {
    let sample = leaseExpiry()
    let lanes = SwimLanes(sample.counterexample, of: sample.history)
    for width in [150, 80, 40, 20] {
      print("== \(width)")
      print(lanes.text(Style(width: width)))
    }
    print(lanes.text(Style(width: 80, unicode: false)))
    func show(_ ops: [Operation], _ events: [Event] = [], _ steps: [Int: [Step]] = [:], w: Int = 80)
    {
      print("--")
      print(
        SwimLanes(Array(ops.indices), of: History(operations: ops, events: events, steps: steps))
          .text(Style(width: w)))
    }
    show([operation(0, "read", .null, .int(5), call: 10, reply: 20)])
    show(
      [
        operation(0, "take", .int(1), .null, .info, call: 10, reply: nil, error: "timeout"),
        operation(1, "take", .int(1), .int(5), call: 12, reply: 300),
        operation(1, "read", .int(1), .int(6), call: 350, reply: 380, index: 4),
      ], [], [0: [step("DECR item", "lost", 12, 90)]])
    show([
      operation(0, "read", .null, .int(5), call: 10, reply: 20),
      operation(1, "read", .null, .int(5), call: 20, reply: 30),
      operation(2, "write", .int(3), .int(3), call: 10, reply: 20),
    ])
    show([
      operation(0, "read", .null, .int(5), call: 10, reply: 10),
      operation(1, "read", .null, .int(5), call: 10, reply: 10),
    ])
    show(
      (0..<12).map {
        operation(
          $0, "take", .int(1), .int(5), call: Int64($0) * 3, reply: Int64($0) * 3 + 10, index: $0)
      },
      [
        event("lock", "granted", .string("p3"), at: 4),
        event("lock", "released", .string("p3"), at: 24), event("nemesis", "server-pause", at: 2),
      ])
  }
}
