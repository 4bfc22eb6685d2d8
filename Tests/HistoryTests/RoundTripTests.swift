// What is written reads back as the same history, whatever it holds.

import History
import Support
import Testing

@Suite("Round trips")
struct RoundTripTests {
  @Test("the own form keeps everything JSON has", arguments: 0..<60)
  func jsonLines(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let order: EventOrder = seed.isMultiple(of: 2) ? .times : .positions
    let history = try History.random(
      count: 60, order: order, edn: false, using: &random)
    let again = try HistoryFormat.read(history.jsonLines(), format: .jsonl)
    expectSame(again.history, history, "seed \(seed)")
    #expect(again.history.jsonLines() == history.jsonLines(), "seed \(seed)")
  }

  @Test("EDN keeps everything but the header", arguments: 0..<60)
  func edn(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let history = try History.random(count: 60, order: .positions, edn: true, using: &random)
    let again = try HistoryFormat.read(history.jepsenEDN(), format: .edn)
    expectSame(again.history, history, "seed \(seed)")
  }

  @Test(
    "from EDN through the own form names become strings, and nothing else changes",
    arguments: 0..<60)
  func ednThroughJSON(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let history = try History.random(count: 60, order: .positions, edn: true, using: &random)
    let json = try HistoryFormat.read(history.jsonLines(), format: .jsonl).history
    #expect(json.operations.map(\.call.rank) == history.operations.map(\.call.rank))
    #expect(json.operations.map(\.outcome) == history.operations.map(\.outcome))
    #expect(json.operations.map(\.input) == history.operations.map { $0.input.withoutKeywords })
    let again = try HistoryFormat.read(json.jepsenEDN(), format: .edn).history
    expectSame(again, json, "seed \(seed)")
  }

  @Test("times that tie stay concurrent through EDN's order of lines")
  func timesThroughEDN() throws {
    let text = """
      {"soldout":1}
      {"process":1,"type":"invoke","f":"read","time":5}
      {"process":1,"type":"ok","f":"read","time":7}
      {"process":2,"type":"invoke","f":"read","time":7}
      {"process":2,"type":"ok","f":"read","time":7}
      {"process":2,"type":"invoke","f":"read","time":7}
      """
    let history = try HistoryFormat.read(text).history
    let again = try HistoryFormat.read(history.jepsenEDN(), format: .edn).history
    #expect(again.operations.count == 3)
    #expect(Self.precedences(of: history).isEmpty)
    // Only a process' own order is added: its reply before its next call.
    #expect(Self.precedences(of: again) == ["1<2"])
  }

  /// Which operation ended before which began, by position.
  private static func precedences(of history: History) -> Set<String> {
    var pairs: Set<String> = []
    for (one, first) in history.operations.enumerated() {
      for (other, second) in history.operations.enumerated() {
        if let reply = first.reply, reply.rank < second.call.rank {
          pairs.insert("\(one)<\(other)")
        }
      }
    }
    return pairs
  }

  @Test("keys that EDN tells apart and JSON can't get names of their own")
  func collidingExtraKeys() throws {
    let text = "{:process 1, :type :invoke, :f :read, 5 1, \"5\" 2, :5 3, :soldout 4}\n"
    let history = try HistoryFormat.read(text).history
    let line = String(decoding: history.jsonLines(), as: UTF8.self)
    #expect(line.contains(#""5":1,"5_":2,"5__":3,"soldout_":4"#))
    #expect(HistoryFormat.refusal(of: line) == nil)
  }

  @Test("a file cut off within its last line keeps the rest", arguments: 0..<6)
  func cut(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let history = try History.random(count: 12, order: .positions, edn: true, using: &random)
    for (bytes, format) in [
      (history.jsonLines(), HistoryFormat.jsonl), (history.jepsenEDN(), .edn),
    ] {
      let lastLine = try #require(bytes.dropLast().lastIndex(of: 10)) + 1
      for end in (lastLine + 1)..<(bytes.count - 1) {
        let reading = try HistoryFormat.read(Array(bytes[..<end]), format: format)
        #expect(reading.notes.map(\.rule) == [.truncated], "seed \(seed), \(format) cut at \(end)")
        #expect(Array(reading.history.entries).count == 11, "seed \(seed), \(format)")
      }
    }
  }
}

extension Value {
  /// The value with strings for keywords.
  fileprivate var withoutKeywords: Value {
    switch self {
    case .keyword(let name): .string(name)
    case .list(let items): .list(items.map(\.withoutKeywords))
    case .set(let items): .set(items.map(\.withoutKeywords))
    case .map(let entries):
      .map(entries.map { Entry($0.key.withoutKeywords, $0.value.withoutKeywords) })
    case .tagged(let tag, let value): .tagged(tag, value.withoutKeywords)
    default: self
    }
  }
}
