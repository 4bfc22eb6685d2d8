// The own form: header, entries, order, and lines that are not what they should be.

import History
import Testing

@Suite("JSON Lines")
struct JSONLinesTests {
  static let sale = """
    {"soldout":1,"workload":"w","strategy":"redis-decr","model":"stock","initial":{"item-0":2},\
    "seed":"7f","servers":{"redis":"7"}}
    {"index":0,"process":7,"type":"invoke","f":"take","key":"item-0","value":1,"intended":5,\
    "time":10}
    {"index":1,"process":8,"type":"invoke","f":"take","key":"item-0","value":null,"time":20}
    {"index":2,"process":"nemesis","type":"info","f":"client-pause","value":{"process":8,"ms":4},\
    "time":25}
    {"index":3,"process":7,"type":"ok","f":"take","key":"item-0","value":1,"time":30,\
    "steps":[["DECR","1",11,29]]}
    {"index":4,"process":8,"type":"info","f":"take","key":"item-0","value":null,\
    "error":"timeout","time":40,"node":"n1"}
    {"index":5,"process":9,"type":"invoke","f":"take","key":"item-0","value":1,"time":50}

    """

  @Test("every field arrives")
  func fields() throws {
    let reading = try HistoryFormat.read(Self.sale)
    #expect(reading.format == .jsonl)
    #expect(reading.notes.isEmpty)
    let history = reading.history
    #expect(
      history.header
        == Header(
          workload: "w", strategy: "redis-decr", model: "stock",
          initial: [.string("item-0"): .int(2)], seed: "7f",
          extra: [.init(.string("servers"), .map([.init(.string("redis"), .string("7"))]))]))
    #expect(
      history.operations == [
        Operation(
          process: 7, function: "take", key: .string("item-0"), input: .int(1), output: .int(1),
          outcome: .ok, call: Moment(rank: 20, index: 0, line: 2, time: 10),
          reply: Moment(rank: 61, index: 3, line: 5, time: 30), intended: 5),
        Operation(
          process: 8, function: "take", key: .string("item-0"), outcome: .info,
          call: Moment(rank: 40, index: 1, line: 3, time: 20), reply: nil, error: "timeout"),
        Operation(
          process: 9, function: "take", key: .string("item-0"), input: .int(1), outcome: .info,
          call: Moment(rank: 100, index: 5, line: 7, time: 50), reply: nil),
      ])
    #expect(
      history.events == [
        Event(
          process: "nemesis", function: "client-pause",
          value: .map([.init(.string("process"), .int(8)), .init(.string("ms"), .int(4))]),
          moment: Moment(rank: 50, index: 2, line: 4, time: 25))
      ])
    #expect(history.steps == [0: [Step(command: "DECR", reply: "1", sent: 11, received: 29)]])
    #expect(history.givenUp == [1: Moment(rank: 81, index: 4, line: 6, time: 40)])
    #expect(history.extra == [.reply(1): [.init(.string("node"), .string("n1"))]])
    #expect(history.order == .times)
  }

  /// Ways to write the same text.
  enum Dress: CaseIterable {
    case windows, byteOrderMark, blankLines, spaces, noLastLineEnd, escapedKey, escapedType

    func on(_ text: String) -> String {
      switch self {
      case .windows: text.replacing("\n", with: "\r\n")
      case .byteOrderMark: "\u{FEFF}" + text
      case .blankLines: text.replacing("\n", with: "\n  \n")
      case .spaces: text.replacing(",\"", with: " ,\t\"").replacing("\":", with: "\" : ")
      case .noLastLineEnd: String(text.dropLast())
      case .escapedKey: text.replacing("\"type\"", with: #""ty\u0070e""#)
      case .escapedType: text.replacing("\"ok\"", with: #""\u006fk""#)
      }
    }
  }

  @Test("is read the same whatever its dress", arguments: Dress.allCases)
  func dress(_ dress: Dress) throws {
    let dressed = dress.on(Self.sale)
    #expect(Array(dressed.utf8) != Array(Self.sale.utf8))
    expectSame(
      try HistoryFormat.read(dressed).history, try HistoryFormat.read(Self.sale).history, "\(dress)"
    )
  }

  @Test("keys may stand in any order")
  func keyOrder() throws {
    let keys = [#""process":3"#, #""f":"read""#, #""type":"invoke""#, #""time":4"#, #""index":9"#]
    for _ in 0..<50 {
      let line = "{" + keys.shuffled().joined(separator: ",") + "}"
      let operation = try HistoryFormat.read(line).history.operations[0]
      #expect(operation.process == 3 && operation.function == "read")
      #expect(operation.call == Moment(rank: 8, index: 9, line: 1, time: 4))
    }
  }

  @Test("a file cut off anywhere keeps its whole lines, and says so")
  func cut() throws {
    let bytes = Array(Self.sale.utf8)
    let firstLine = try #require(bytes.firstIndex(of: 10)) + 1
    for end in firstLine..<bytes.count {
      let reading = try HistoryFormat.read(Array(bytes[..<end]))
      let whole = bytes[..<end].count { $0 == 10 }
      let partial = bytes[..<end].last != 10 && bytes[end] != 10
      #expect(reading.notes.count == (partial ? 1 : 0), "cut at \(end)")
      #expect(reading.notes.allSatisfy { $0.rule == .truncated && $0.line == whole + 1 })
    }
  }

  @Test("a broken line that is not the last is refused, as is a lone one cut off")
  func brokenLine() throws {
    let refusal = try #require(HistoryFormat.refusal(of: "{\"process\":1,\n" + call(json: "1")))
    #expect(refusal.line == 1 && refusal.column == 14)
    #expect(HistoryFormat.refusal(of: "{\"process\":1,") != nil)
    #expect(HistoryFormat.refusal(of: call(json: "1") + "\n{\"process\":1,\n") != nil)
    #expect(HistoryFormat.refusal(of: call(json: "1") + "\nhello") != nil)
  }

  @Test("equal times are concurrent: calls rank before replies")
  func equalTimes() throws {
    let text = """
      {"process":1,"type":"invoke","f":"read","time":5}
      {"process":1,"type":"ok","f":"read","time":7}
      {"process":2,"type":"invoke","f":"read","time":7}
      """
    let operations = try HistoryFormat.read(text).history.operations
    let reply = try #require(operations[0].reply)
    #expect(operations[1].call.rank < reply.rank)
  }

  @Test("without a header times order only if every entry has one, else positions")
  func foreignOrder() throws {
    let lines = [
      #"{"process":1,"type":"invoke","f":"read","time":9}"#,
      #"{"process":1,"type":"ok","f":"read"}"#,
      #"{"process":2,"type":"invoke","f":"read","time":7}"#,
    ]
    let mixed = try HistoryFormat.read(lines.joined(separator: "\n")).history
    #expect(mixed.order == .positions)
    #expect(mixed.operations.map(\.call.rank) == [0, 2])
    let backwards = try #require(HistoryFormat.refusal(of: lines[0] + "\n" + lines[2] + "\n"))
    #expect(backwards.line == 2 && backwards.rule == .timeBackwards)
    let header = "{\"soldout\":1}\n"
    let own = try #require(HistoryFormat.refusal(of: header + lines[0] + "\n" + lines[1] + "\n"))
    #expect(own.line == 3 && own.rule == .timeSometimes)
    let asked = "{\"soldout\":1,\"order\":\"positions\"}\n" + lines[0] + "\n" + lines[2]
    #expect(try HistoryFormat.read(asked).history.operations.map(\.call.rank) == [0, 1])
  }

  @Test(
    "an entry with a field amiss is refused where it stands",
    arguments: [
      (#"{"type":"invoke","f":"read"}"#, Rule.field, "no process"),
      (#"{"process":1,"f":"read"}"#, .field, "no type"),
      (#"{"process":1,"type":"invoke"}"#, .field, "no f"),
      (#"{"process":null,"type":"invoke","f":"read"}"#, .field, "no process"),
      (#"{}"#, .field, "no type"),
      (#"{"process":1.5,"type":"invoke","f":"read"}"#, .field, "found 1.5"),
      (#"{"process":1,"type":"start","f":"read"}"#, .type, "found \"start\""),
      (#"{"process":1,"type":7,"f":"read"}"#, .type, "found 7"),
      (#"{"process":1,"type":"invoke","f":3}"#, .field, "found 3"),
      (#"{"process":1,"type":"invoke","f":"read","time":"9"}"#, .field, "found \"9\""),
      (#"{"process":1,"type":"invoke","f":"read","time":9.5}"#, .field, "found 9.5"),
      (#"{"process":1,"type":"invoke","f":"read","time":99999999999999999999}"#, .field, "whole"),
      (#"{"process":1,"type":"invoke","f":"read","index":[1]}"#, .field, "found [1]"),
      (#"{"process":1,"type":"invoke","f":"read","steps":7}"#, .field, "\"steps\" is a list"),
      (#"{"process":1,"type":"invoke","f":"read","steps":[["GET"]]}"#, .field, "\"steps\""),
      (#"{"process":1,"type":"invoke","type":"ok","f":"read"}"#, .field, "\"type\" appears twice"),
      (#"{"process":1,"type":"invoke","f":"read","a":1,"a":1}"#, .field, "\"a\" appears twice"),
      (#"{"process":1,"type":"invoke","f":"read","time":4611686018427387904}"#, .timeRange, "2^61"),
      (#"{"process":1,"type":"invoke","f":"read"} x"#, .syntax, "found x, expected the end"),
      (#"{"process":1,"type":"invoke","f":"read"}{}"#, .syntax, "expected the end of the line"),
      (#"["process"]"#, .syntax, "expected an object"),
    ])
  func field(_ line: String, _ rule: Rule, _ message: String) throws {
    let refusal = try #require(
      HistoryFormat.refusal(of: "{\"soldout\":1}\n" + line + "\n", format: .jsonl))
    #expect(refusal.line == 2)
    #expect(refusal.rule == rule)
    #expect(refusal.message.contains(message), "\(refusal)")
  }

  @Test("an entry with hundreds of keys is refused before they cost a square of time")
  func manyExtraKeys() throws {
    let keys = (0..<300).map { "\"k\($0)\":0" }.joined(separator: ",")
    let refusal = try #require(HistoryFormat.refusal(of: "{" + keys + "}\n"))
    #expect(refusal.message.contains("256 keys"))
  }

  @Test(
    "a header that can't be followed is refused",
    arguments: [
      (#"{"soldout":2}"#, "version 2"), (#"{"soldout":"1"}"#, "version 1, expected 1"),
      (#"{"soldout":1,"model":5}"#, "model is 5"), (#"{"soldout":1,"order":"x"}"#, "order is x"),
    ])
  func header(_ line: String, _ message: String) throws {
    let refusal = try #require(HistoryFormat.refusal(of: line))
    #expect(refusal.line == 1 && refusal.rule == .header)
    #expect(refusal.message.contains(message))
  }

  @Test("a header by itself is a history in which nothing happened")
  func empty() throws {
    #expect(try HistoryFormat.read("{\"soldout\":1}\n").history.operations.isEmpty)
  }

  @Test("a second header is named as one")
  func secondHeader() throws {
    let refusal = try #require(HistoryFormat.refusal(of: Self.sale + Self.sale))
    #expect(refusal.line == 8 && refusal.rule == .header)
  }

  @Test("an initial value may go without a key")
  func initialWithoutKey() throws {
    let header = try HistoryFormat.read(#"{"soldout":1,"initial":100}"#).history.header
    #expect(header.initial == [.null: .int(100)])
  }
}
