// A schedule as a textbook shows it: numbered steps, a column for each client, and what the servers
// hold after each step. Text only, never wider than asked for.

import History

/// A schedule's steps as text.
public struct StepTable: Sendable {
  private let steps: [ExplorationFacts.Step]
  private let clients: Int

  public init(_ steps: [ExplorationFacts.Step], clients: Int) {
    self.steps = steps
    self.clients = clients
  }

  /// The table's lines, at most so wide.
  public func lines(width: Int = 80) -> [String] {
    let number = String(steps.count).count
    var facts = shownFacts
    // Columns of clients share what number and servers leave; the servers get what they need, up
    // to two fifths.
    let wished = facts.map { $0.joined(separator: " ").count }.max() ?? 0
    let servers = min(max(wished, 7), width * 2 / 5)
    let gaps = 2 * (clients + 1)
    let column = max(8, (width - number - servers - gaps) / clients)
    let needed = steps.map { cell($0).count }.max() ?? 0
    let room = min(column, max(needed, 8))
    let rest = width - number - gaps - clients * room
    func row(_ first: String, _ cells: [String], _ last: String) -> [String] {
      let wrapped = (cells.map { wrap($0, room) } + [wrap(last, max(7, rest))])
      let height = wrapped.map(\.count).max() ?? 1
      return (0..<max(1, height)).map { line in
        var text = pad(line == 0 ? first : "", number, right: true)
        for (place, cell) in wrapped.enumerated() {
          let piece = cell.indices.contains(line) ? cell[line] : ""
          text += "  " + (place < clients ? pad(piece, room) : piece)
        }
        return text.trimmingEnd
      }
    }
    var lines = row("", (1...clients).map { "client \($0)" }, "servers")
    for (place, step) in steps.enumerated() {
      var cells = Array(repeating: "", count: clients)
      cells[(step.client ?? 1) - 1] = cell(step)
      if facts.isEmpty { facts = steps.map { _ in [] } }
      lines += row("\(place + 1)", cells, facts[place].joined(separator: " "))
      for end in step.ends {
        lines += wrap(end, width - number - 2).map {
          String(repeating: " ", count: number) + "  " + $0
        }
      }
    }
    return lines
  }

  /// What the servers hold: only what changed after the first step, so that changes are seen.
  private var shownFacts: [[String]] {
    var before: [String] = []
    return steps.enumerated().map { place, step in
      defer { before = step.state }
      if place == 0 { return step.state }
      let gone = before.filter { fact in
        !step.state.contains { $0.key == fact.key }
      }.map { "\($0.key) gone" }
      return step.state.filter { !before.contains($0) } + gone
    }
  }

  private func cell(_ step: ExplorationFacts.Step) -> String {
    guard let reply = step.reply, !reply.isEmpty else { return step.command }
    return "\(step.command) → \(reply)"
  }

  private func wrap(_ text: String, _ room: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    let words = Printable.text(text).split(separator: " ", omittingEmptySubsequences: false)
    for word in words.map(String.init) {
      var word = word
      if !line.isEmpty, line.count + 1 + word.count > room {
        lines.append(line)
        line = ""
      }
      while word.count > room {
        lines.append(String(word.prefix(room)))
        word = String(word.dropFirst(room))
      }
      line += line.isEmpty ? word : " " + word
    }
    return lines + [line]
  }

  private func pad(_ text: String, _ room: Int, right: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, room - text.count))
    return right ? blanks + text : text + blanks
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }

  /// The name in a fact such as `item-0=1` or `stock(0,1)`.
  fileprivate var key: String { String(prefix { $0 != "=" && $0 != "(" }) }
}
