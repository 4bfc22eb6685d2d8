// Jepsen's history.edn and its kin: layouts, missing keys, lines that are not as they should be.

import History
import Testing

@Suite("Jepsen EDN")
struct JepsenEDNTests {
  static let lines = """
    {:index 0, :time 9, :type :invoke, :process 0, :f :write, :value 3}
    {:index 1, :time 8, :type :info, :f :pause, :value {"10.0.0.1" ""}, :process :nemesis}
    {:index 2, :time 12, :type :ok, :process 0, :f :write, :value 3, :node "n1"}
    {:index 3, :time 13, :type :invoke, :process 1, :f :cas, :value [3 4]}
    {:index 4, :time 15, :type :info, :process 1, :f :cas, :value [3 4], :error [:timeout "late"]}

    """

  @Test("every field arrives")
  func fields() throws {
    let reading = try HistoryFormat.read(Self.lines)
    #expect(reading.format == .edn)
    let history = reading.history
    #expect(
      history.operations == [
        Operation(
          process: 0, function: "write", input: .int(3), output: .int(3), outcome: .ok,
          call: Moment(rank: 0, index: 0, line: 1, column: 1, time: 9),
          reply: Moment(rank: 2, index: 2, line: 3, column: 1, time: 12)),
        Operation(
          process: 1, function: "cas", input: .list([.int(3), .int(4)]), outcome: .info,
          call: Moment(rank: 3, index: 3, line: 4, column: 1, time: 13), reply: nil,
          error: "[timeout late]"),
      ])
    #expect(history.events.map(\.process) == ["nemesis"])
    #expect(history.events[0].value == .map([.init(.string("10.0.0.1"), .string(""))]))
    #expect(history.extra == [.reply(0): [.init(.keyword("node"), .string("n1"))]])
    #expect(history.givenUp[1]?.time == 15)
    #expect(history.order == .positions)
  }

  /// Ways to lay out the same entries.
  enum Layout: CaseIterable {
    case vector, list, oneLine, manyLines, comments, records, windows, byteOrderMark

    func of(_ text: String) -> String {
      switch self {
      case .vector: "[" + text + "]\n"
      case .list: "; a history\n(" + text + ")"
      case .oneLine: text.replacing("\n", with: " ")
      case .manyLines: text.replacing(", ", with: ",\n ")
      case .comments: text.replacing("\n", with: " ; {:type :ok\n#_{:type :ok}\n")
      case .records: text.replacing("{:index", with: "#jepsen.history.Op{:index")
      case .windows: text.replacing("\n", with: "\r\n")
      case .byteOrderMark: "\u{FEFF}" + text
      }
    }
  }

  @Test("is read the same whatever its layout", arguments: Layout.allCases)
  func layout(_ layout: Layout) throws {
    let text = layout.of(Self.lines)
    #expect(text != Self.lines)
    expectSame(
      try HistoryFormat.read(text).history, try HistoryFormat.read(Self.lines).history, "\(layout)")
  }

  @Test(
    "a known key is known as a keyword, a string or a symbol",
    arguments: [":process", "\"process\"", "process", #""pro\u0063ess""#])
  func knownKey(_ key: String) throws {
    let text = "{\(key) 7, :type :invoke, :f :read}"
    #expect(try HistoryFormat.read(text, format: .edn).history.operations[0].process == 7)
    let twice = try #require(HistoryFormat.refusal(of: "{:process 7, \(key) 7}", format: .edn))
    #expect(twice.rule == .field && twice.column == 14)
  }

  @Test("index, time and value may be missing")
  func missingKeys() throws {
    let text = """
      [{:process 2, :type :invoke, :f :acquire}
       {:process 2, :type :ok, :f :acquire}]
      """
    let operations = try HistoryFormat.read(text).history.operations
    #expect(operations.count == 1)
    #expect(operations[0].call == Moment(rank: 0, index: 0, line: 1, column: 2))
    #expect(operations[0].reply == Moment(rank: 1, index: 1, line: 2, column: 2))
  }

  @Test("without any process all calls are one client's, and a note says so")
  func anonymous() throws {
    let text = "{:type :invoke, :f :read}\n{:type :ok, :f :read, :value 1}\n"
    let reading = try HistoryFormat.read(text)
    #expect(reading.history.operations.map(\.process) == [0])
    #expect(reading.notes.map(\.rule) == [.anonymous])
    let mixed = text + "{:process 1, :type :invoke, :f :read}\n"
    let refusal = try #require(HistoryFormat.refusal(of: mixed))
    #expect(refusal.line == 3 && refusal.rule == .field)
  }

  @Test(
    "what is no entry is refused where it stands",
    arguments: [
      ("{:process 1, :f :read}", 1, Rule.field), ("{:process 1, :type :invoke}", 1, .field),
      ("{:process 1, :type :start, :f :read}", 20, .type),
      ("{:process 1, :type \"invoke\", :type :ok, :f :read}", 30, .field),
      ("{:process 1.5, :type :invoke, :f :read}", 11, .field),
      ("{:process 1, :type :invoke, :f :read, :time 1.5}", 45, .field),
      ("{:process 1, :type :invoke, :f :read, :x 1, :x 2}", 45, .field),
      ("{:process 1, :type :invoke, :f :read, :steps [1]}", 46, .field),
      ("[:process 1]", 1, .syntax), ("3", 1, .syntax), ("#_3 }", 5, .syntax),
    ])
  func refused(_ line: String, _ column: Int, _ rule: Rule) throws {
    let text = "{:process 9, :type :invoke, :f :read}\n" + line + "\n"
    let refusal = try #require(HistoryFormat.refusal(of: text, format: .edn))
    #expect(refusal.line == 2)
    #expect(refusal.column == column, "\(refusal)")
    #expect(refusal.rule == rule)
  }

  @Test("a named process that calls is refused: its operations would vanish")
  func namedClient() throws {
    let refusal = try #require(
      HistoryFormat.refusal(of: "{:process :client-1, :type :invoke, :f :read}"))
    #expect(refusal.rule == .process)
  }

  @Test("what follows or lacks the closing bracket is refused")
  func brackets() throws {
    let map = "{:process 1, :type :invoke, :f :read}"
    #expect(HistoryFormat.refusal(of: "[" + map + "] " + map)?.message.contains("end") == true)
    #expect(HistoryFormat.refusal(of: "[" + map)?.message.contains("closing ]") == true)
    #expect(HistoryFormat.refusal(of: "[" + map + ")") != nil)
    #expect(try HistoryFormat.read("[]", format: .edn).history.operations.isEmpty)
  }

  @Test("a last line cut off is left out, a map that lost its brace before is refused")
  func cut() throws {
    let bytes = Array(Self.lines.utf8)
    let lastLine = try #require(bytes.dropLast().lastIndex(of: 10)) + 1
    for end in (lastLine + 1)..<(bytes.count - 1) {
      let reading = try HistoryFormat.read(Array(bytes[..<end]))
      #expect(reading.notes.map(\.rule) == [.truncated], "cut at \(end)")
      #expect(reading.history.entries.map(\.index) == [0, 1, 2, 3])
    }
    let unclosed = Self.lines.replacing("{:index 2, :time 12", with: "{:index 2, :time 12 {")
    #expect(HistoryFormat.refusal(of: unclosed) != nil)
  }
}
