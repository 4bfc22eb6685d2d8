// Step tables: in columns, never wider than asked for, and complete.

import Harness
import History
import Testing

@testable import Explorer

@Suite("Step tables")
struct StepTableTests {
  private static func step(_ client: Int?, _ text: String, _ reply: String, _ state: [String])
    -> Explorer.Step
  {
    Explorer.Step(
      transition: client.map { Transition.step(.client($0)) } ?? .time, client: client,
      text: text,
      verb: text, reply: reply, state: state)
  }

  @Test("show each client's steps in its column, and what changed")
  func columns() {
    var schedule = Schedule()
    schedule.steps = [
      Self.step(0, "GET", "2", ["item-0=2"]), Self.step(1, "GET", "2", ["item-0=2"]),
      Self.step(0, "SET 1", "ok", ["item-0=1"]), Self.step(1, "SET 1", "ok", ["item-0=1"]),
    ]
    schedule.steps[3].ends = ["client 2: take: ok, 1 left"]
    #expect(
      StepTable(schedule, clients: 2).lines() == [
        "   client 1    client 2    servers",
        "1  GET → 2                 item-0=2",
        "2              GET → 2",
        "3  SET 1 → ok              item-0=1",
        "4              SET 1 → ok",
        "   client 2: take: ok, 1 left",
      ])
  }

  @Test("stay within their width", arguments: [40, 60, 80], [1, 2, 3, 5])
  func width(_ width: Int, _ clients: Int) {
    var random = SplitMix64(seed: UInt64(width * 10 + clients), schedule: 1)
    for _ in 0..<20 {
      var schedule = Schedule()
      for _ in 0..<12 {
        let client = Int.random(in: -1..<clients, using: &random)
        let word = String(repeating: "x", count: Int.random(in: 1...50, using: &random))
        schedule.steps.append(
          Self.step(
            client < 0 ? nil : client, word + " and more", word, [word + "=1", "b=" + word]))
      }
      let lines = StepTable(schedule, clients: clients).lines(width: max(width, 16 * clients))
      #expect(lines.allSatisfy { $0.count <= max(width, 16 * clients) })
    }
  }
}
