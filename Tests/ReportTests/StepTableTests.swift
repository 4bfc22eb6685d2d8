// Step tables: in columns, never wider than asked for, and complete.

import Report
import Support
import Testing

@Suite("Step tables")
struct StepTableTests {
  private static func step(
    _ client: Int?, _ command: String, _ reply: String, _ state: [String], ends: [String] = []
  ) -> ExplorationFacts.Step {
    ExplorationFacts.Step(
      client: client, command: command, reply: reply, state: state, ends: ends)
  }

  @Test("show each client's steps in its column, and what changed")
  func columns() {
    let steps = [
      Self.step(1, "GET", "2", ["item-0=2"]), Self.step(2, "GET", "2", ["item-0=2"]),
      Self.step(1, "SET 1", "ok", ["item-0=1"]),
      Self.step(2, "SET 1", "ok", ["item-0=1"], ends: ["client 2: take: ok, 1 left"]),
    ]
    #expect(
      StepTable(steps, clients: 2).lines() == [
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
    var random = SeededGenerator(seed: UInt64(width * 10 + clients))
    for _ in 0..<20 {
      let steps = (0..<12).map { _ in
        let client = Int.random(in: 0...clients, using: &random)
        let word = String(repeating: "x", count: Int.random(in: 1...50, using: &random))
        return Self.step(
          client == 0 ? nil : client, word + " and more", word, [word + "=1", "b=" + word])
      }
      let lines = StepTable(steps, clients: clients).lines(width: max(width, 16 * clients))
      #expect(lines.allSatisfy { $0.count <= max(width, 16 * clients) })
    }
  }
}
