// EDN values as Clojure prints them: what is read exactly, and where it is refused.

import History
import Testing

@Suite("EDN values")
struct EDNValueTests {
  static let exact: [(String, Value)] = [
    ("nil", .null), ("true", .bool(true)), ("false", .bool(false)),
    ("0", .int(0)), ("-17", .int(-17)), ("+5", .int(5)), ("42N", .int(42)), ("-7M", .int(-7)),
    ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
    ("0x3c", .int(60)), ("-0xFF", .int(-255)),
    ("1.5", .double(1.5)), ("-2.0", .int(-2)), ("1e3", .int(1000)), ("3.", .int(3)),
    ("42.0M", .int(42)),
    ("1.5M", .double(1.5)), ("-0.25", .double(-0.25)),
    ("1/3", .tagged("ratio", .list([.int(1), .int(3)]))),
    ("-1/3", .tagged("ratio", .list([.int(-1), .int(3)]))),
    ("99999999999999999999N", .tagged("number", .string("99999999999999999999"))),
    ("##Inf", .tagged("number", .string("##Inf"))),
    ("\"\"", .string("")), ("\"a\nb\"", .string("a\nb")), (#""\"\\\n\u00e9""#, .string("\"\\\né")),
    (#"\a"#, .string("a")), (#"\newline"#, .string("\n")), (#"\u00e9"#, .string("é")),
    (#"\("#, .string("(")), (#"\é"#, .string("é")), (#"\space"#, .string(" ")),
    (":a", .keyword("a")), (":jepsen.client/timeout", .keyword("jepsen.client/timeout")),
    ("foo", .keyword("foo")), ("-", .keyword("-")), ("clojure.core/+", .keyword("clojure.core/+")),
    ("[]", .list([])), ("()", .list([])), ("[1, 2,,3]", .list([.int(1), .int(2), .int(3)])),
    ("(1 (2))", .list([.int(1), .list([.int(2)])])),
    ("[1[2]3]", .list([.int(1), .list([.int(2)]), .int(3)])),
    ("#{1 :b}", .set([.int(1), .keyword("b")])),
    ("{0 97, 1 0}", .map([.init(.int(0), .int(97)), .init(.int(1), .int(0))])),
    ("{:a{:b 1}}", .map([.init(.keyword("a"), .map([.init(.keyword("b"), .int(1))]))])),
    (
      "#:k{:a 1, :b/c 2}", .map([.init(.keyword("k/a"), .int(1)), .init(.keyword("b/c"), .int(2))])
    ),
    ("#inst \"2026-01-01\"", .tagged("inst", .string("2026-01-01"))),
    (
      "#knossos.model.CASRegister{:value 3}",
      .tagged("knossos.model.CASRegister", .map([.init(.keyword("value"), .int(3))]))
    ),
    (
      "#object[clojure.lang.Atom 0x1f \"x\"]",
      .tagged("object", .list([.keyword("clojure.lang.Atom"), .int(31), .string("x")]))
    ),
    ("[1 #_2 3]", .list([.int(1), .int(3)])), ("[#_#_1 2 3]", .list([.int(3)])),
    ("[1 #_[2 {:a 3}]]", .list([.int(1)])), ("[1 ; two\n 3]", .list([.int(1), .int(3)])),
  ]

  @Test("is read exactly", arguments: exact)
  func value(_ text: String, _ expected: Value) throws {
    #expect(try HistoryFormat.read(call(edn: text)).history.operations[0].input == expected)
  }

  @Test("is written so that it reads back as the same value", arguments: exact)
  func written(_ text: String, _ expected: Value) throws {
    var buffer: [UInt8] = []
    EDNText.append(value: expected, to: &buffer)
    let again = call(edn: String(decoding: buffer, as: UTF8.self))
    #expect(try HistoryFormat.read(again).history.operations[0].input == expected)
  }

  @Test(
    "is refused where it stops being EDN",
    arguments: [
      ("1.x", 1), ("01", 1), ("1/0", 1), ("1a", 1), ("0x", 1), ("0xg", 1), ("1/2/3", 1),
      ("@x", 1), ("^x", 1), ("'x", 1), ("`x", 1), ("~x", 1),
      (#"\abc"#, 1), (#"\ud800"#, 1), (#""\x""#, 3), ("[1 2)", 5), ("(1]", 3), ("#{1 1}", 1),
      ("{:a}", 4), ("{:a 1 :a 2}", 7), ("{1 2 3}", 7), (":", 2), ("# x", 2), ("#1 2", 1),
      ("#inst]", 6), ("[1 #_]", 6), ("#:a 3", 5), ("\u{0}", 1),
    ])
  func malformed(_ text: String, _ column: Int) throws {
    let refusal = try #require(HistoryFormat.refusal(of: call(edn: text) + "\n", format: .edn))
    #expect(refusal.line == 1)
    #expect(refusal.column == column + call(edn: "").utf8.count - 1, "\(refusal)")
  }

  @Test(
    "nesting has a limit whatever nests",
    arguments: ["[", "(", "{:a ", "#{", "#_", "#a ", "{[1] #_ "])
  func depth(_ opening: String) {
    let text = call(edn: String(repeating: opening, count: 100_000))
    #expect(HistoryFormat.refusal(of: text + "\n", format: .edn) != nil)
  }
}
