// JSON values as the standard has them: what is read exactly, and where it is refused.

import History
import Testing

@Suite("JSON values")
struct JSONValueTests {
  @Test(
    "is read exactly",
    arguments: [
      ("null", Value.null), ("true", .bool(true)), ("false", .bool(false)),
      ("0", .int(0)), ("-0", .int(0)), ("-17", .int(-17)),
      ("999999999999999999", .int(999_999_999_999_999_999)),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("1.5", .double(1.5)), ("-2.0", .int(-2)), ("1e3", .int(1000)), ("-0.0", .int(0)),
      ("42.0", .int(42)), ("4200E-2", .int(42)), ("0.42e2", .int(42)), ("0e999999", .int(0)),
      ("9007199254740993.0", .int(9_007_199_254_740_993)),
      ("9223372036854775807.0", .int(.max)), ("-9.223372036854775808e18", .int(.min)),
      ("1e20", .tagged("number", .string("100000000000000000000"))),
      ("1e-400", .tagged("number", .string("1e-400"))),
      ("1E-2", .double(0.01)), ("0.1e+1", .int(1)),
      ("\"\"", .string("")), ("\"sold-out\"", .string("sold-out")),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
      (#""\u00e9\u20AC""#, .string("é€")), (#""\ud83d\ude00""#, .string("😀")),
      ("\"é€😀\"", .string("é€😀")), (#""é\n""#, .string("é\n")),
      ("[]", .list([])), ("[ 1 , [2] ]", .list([.int(1), .list([.int(2)])])),
      ("{}", .map([])),
      (
        #"{"a":1,"b":{"a":2}}"#,
        .map([
          .init(.string("a"), .int(1)), .init(.string("b"), .map([.init(.string("a"), .int(2))])),
        ])
      ),
    ])
  func value(_ text: String, _ expected: Value) throws {
    #expect(try HistoryFormat.read(call(json: text)).history.operations[0].input == expected)
  }

  @Test(
    "a number beyond Int and Double keeps its digits",
    arguments: ["9223372036854775808", "-9223372036854775809", "18446744073709551615", "1e400"])
  func hugeNumber(_ digits: String) throws {
    let reading = try HistoryFormat.read(call(json: digits))
    #expect(reading.history.operations[0].input == .tagged("number", .string(digits)))
    let written = String(decoding: reading.history.jsonLines(), as: UTF8.self)
    #expect(written.contains("\"value\":\(digits)"))
  }

  @Test(
    "is refused where it stops being JSON",
    arguments: [
      ("tru]", 1), ("nul}", 1), ("+1", 1), ("01", 1), ("1.", 3), ("1.x", 3), ("1e", 3), ("-", 2),
      ("--1", 2), (".5", 1), ("'a'", 1), ("NaN", 1),
      ("[1 2]", 4), ("[1,]", 4), ("[,1]", 2), ("{\"a\" 1}", 6), ("{\"a\":1,}", 8),
      ("{a:1}", 2), ("{\"a\":1 \"b\":2}", 8), ("{\"a\":1,\"a\":2}", 8),
      (#""\x""#, 3), (#""\u12g4""#, 6), (#""\ud83d""#, 3), (#""\ud83dx""#, 3),
      (#""\ude00""#, 3), (#""\ud83d\ud83d""#, 3), ("\"a\tb\"", 3), ("\"a\u{0}b\"", 3),
      ("\u{0}", 1),
    ])
  func malformed(_ text: String, _ column: Int) throws {
    let line = call(json: text) + "\n"
    let refusal = try #require(HistoryFormat.refusal(of: line, format: .jsonl))
    #expect(refusal.line == 1)
    #expect(refusal.column == column + call(json: "").utf8.count - 1, "\(refusal)")
    #expect(refusal.rule == .syntax)
  }

  @Test(
    "a string that is no UTF-8 is refused",
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]])
  func invalidUTF8(_ bytes: [UInt8]) throws {
    let line = Array(call(json: "\"").utf8.dropLast()) + bytes + Array("\"}\n".utf8)
    let refusal = try #require(HistoryFormat.refusal(of: line, format: .jsonl))
    #expect(refusal.message.contains("UTF-8"))
  }

  @Test("nesting has a limit, and no stack overflows below or above it")
  func depth() throws {
    let deep = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(HistoryFormat.refusal(of: call(json: deep(128))) == nil)
    let refusal = try #require(HistoryFormat.refusal(of: call(json: deep(129)) + "\n"))
    #expect(refusal.message.contains("nest more than 128 deep"))
    let objects = String(repeating: "{\"a\":", count: 100_000)
    #expect(HistoryFormat.refusal(of: call(json: objects) + "\n") != nil)
  }

  @Test("many keys are told apart, and one of them twice is found")
  func manyKeys() throws {
    let keys = (0..<1000).map { "\"k\($0)\":\($0)" }
    let object = { (keys: [String]) in "{" + keys.joined(separator: ",") + "}" }
    #expect(HistoryFormat.refusal(of: call(json: object(keys))) == nil)
    let refusal = try #require(
      HistoryFormat.refusal(of: call(json: object(keys + [keys[500]])) + "\n"))
    #expect(refusal.message.contains("\"k500\" appears twice"))
  }
}
