// What must hold of every picture, on random counterexamples: it fits, and its columns tell the
// order of the history.

import Checker
import History
import Support
import Testing

@testable import Report

/// A random history of small size, all of it the counterexample.
private struct RandomScene {
  var history: History
  var hasTimes: Bool

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...14, using: &random)
    let spread: Int64 = [3, 40, 5000, 1_000_000].randomElement(using: &random) ?? 3
    hasTimes = Int.random(in: 0..<5, using: &random) > 0
    let words = ["GET", "UPDATE stock SET n = n - 1 WHERE id = 7", "日本語", "", "a\u{301}\u{1B}[1m"]
    var operations: [Operation] = []
    var steps: [Int: [Step]] = [:]
    for place in 0..<count {
      let call = Int64.random(in: 0...spread, using: &random)
      let reply = call + Int64.random(in: 0...spread, using: &random)
      let isOpen = Int.random(in: 0..<5, using: &random) == 0
      var made = operation(
        place, ["take", "read", "compare-and-set-everything"].randomElement(using: &random) ?? "",
        .null, .string(words.randomElement(using: &random) ?? ""), isOpen ? .info : .ok,
        call: call, reply: isOpen ? nil : reply, index: place * 7,
        error: isOpen ? words.randomElement(using: &random) : nil,
        lines: Bool.random(using: &random) ? (place + 1, place + 2) : (0, 0))
      if !hasTimes {
        made.call.time = nil
        made.reply?.time = nil
      }
      operations.append(made)
    }
    operations.sort { ($0.call.rank, $0.process) < ($1.call.rank, $1.process) }
    for place in operations.indices where Bool.random(using: &random) {
      steps[place] = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        let sent = Int64.random(in: -5...2 * spread, using: &random)
        return step(
          words.randomElement(using: &random) ?? "", words.randomElement(using: &random) ?? "",
          sent, sent + Int64.random(in: -3...spread, using: &random))
      }
    }
    let events = (0..<Int.random(in: 0...12, using: &random)).map { _ in
      event(
        ["nemesis", "lock", "run"].randomElement(using: &random) ?? "",
        ["pause", "start-kill", "stop-kill"].randomElement(using: &random) ?? "",
        .string(words.randomElement(using: &random) ?? ""),
        at: Int64.random(in: 0...2 * spread, using: &random))
    }.sorted { $0.moment.rank < $1.moment.rank }
    history = History(operations: operations, events: events, steps: steps, source: "h.jsonl")
  }
}

@Suite struct `Every picture` {
  static let seeds = 0..<UInt64(60)
  static let widths = [20, 27, 40, 60, 80, 100, 133, 240, 51, 33, 72]

  @Test func `fits its width, in every style`() {
    for seed in Self.seeds {
      let scene = RandomScene(seed: seed)
      let lanes = SwimLanes(Array(scene.history.operations.indices), of: scene.history)
      // Different ones for each seed; 60 seeds meet all of them.
      for turn in 0..<3 {
        let width = Self.widths[(Int(seed) + turn * 4) % Self.widths.count]
        for unicode in [true, false] {
          let text = lanes.text(Style(width: width, unicode: unicode))
          for line in text.split(separator: "\n") where line.columns > width {
            Issue.record("seed \(seed), width \(width): \(line)")
          }
          let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || (scalar.value >= 0x20 && (unicode || scalar.isASCII))
          }
          if !isPlain { Issue.record("seed \(seed), width \(width): a foreign character") }
        }
      }
    }
  }

  @Test func `stands in the order of the history`() {
    var pictures = 0
    for seed in Self.seeds {
      let scene = RandomScene(seed: seed)
      let operations = scene.history.operations
      let lanes = SwimLanes(Array(operations.indices), of: scene.history)
      for width in [60, 100, 240] {
        let lines = lanes.text(Style(width: width)).split(separator: "\n")
        let bars = lines.prefix(operations.count).map(Bar.init)
        // Below a certain width operations are listed instead.
        guard bars.allSatisfy({ $0 != nil }) else { continue }
        pictures += 1
        for (place, left) in operations.enumerated() {
          guard let leftBar = bars[place] else { continue }
          if (leftBar.end == nil) != (left.reply == nil) {
            Issue.record("seed \(seed), width \(width): row \(place) is open, or is not")
          }
          for (other, right) in operations.enumerated() where other != place {
            guard let end = leftBar.end, let rank = left.reply?.rank, let bar = bars[other] else {
              continue
            }
            // Strictly before on the page if and only if strictly before in the history.
            if (end < bar.start) != (rank < right.call.rank) {
              Issue.record("seed \(seed), width \(width): rows \(place) and \(other)")
            }
          }
        }
      }
    }
    #expect(pictures > 100, "only \(pictures) pictures were drawn: the property proves nothing")
  }
}

/// Where a row's bar begins and ends.
private struct Bar {
  var start: Int
  var end: Int?

  init?(_ line: Substring) {
    var column = 0
    var start: Int?
    for character in line {
      if character == "├" { start = start ?? column }
      if character == "┤" { end = column }
      column += character.columns
    }
    guard let start else { return nil }
    self.start = start
  }
}
