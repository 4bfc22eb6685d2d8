// JSON as it is written, byte for byte.

import History
import Testing

@Suite("JSON text")
struct JSONTextTests {
  private func text(_ append: (inout [UInt8]) -> Void) -> String {
    var buffer = Array("x".utf8)
    append(&buffer)
    return String(decoding: buffer.dropFirst(), as: UTF8.self)
  }

  @Test(
    "whole numbers",
    arguments: [0, 7, -7, 10, 99, 100, -1_234_567_890, Int.max, Int.min])
  func ints(_ number: Int) {
    #expect(text { JSONText.append(int: number, to: &$0) } == String(number))
  }

  @Test(
    "strings",
    arguments: [
      ("", #""""#), ("é😀", "\"é😀\""), ("\"\\/", #""\"\\/""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\\u007f\""),
      ("é\"\\\n\u{9B}\u{202E}\u{E0001}", ##""é\"\\\n\u009b\u202e\udb40\udc01""##),
    ])
  func strings(_ string: String, _ written: String) {
    #expect(text { JSONText.append(string: string, to: &$0) } == written)
  }

  @Test(
    "values JSON has no form for",
    arguments: [
      (Value.keyword("a"), #""a""#), (.set([.int(1)]), ##"{"#set":[1]}"##),
      (.map([.init(.int(0), .int(97))]), ##"{"#map":[[0,97]]}"##),
      (.map([.init(.string("#set"), .list([]))]), ##"{"#map":[["#set",[]]]}"##),
      (
        .map([.init(.string("a"), .int(1)), .init(.keyword("a"), .int(2))]),
        ##"{"#map":[["a",1],["a",2]]}"##
      ),
      (.tagged("inst", .string("2026")), ##"{"#tag":["inst","2026"]}"##),
      (.tagged("number", .string("1e400")), "1e400"),
      (.tagged("number", .string("1]")), ##"{"#tag":["number","1]"]}"##),
      (.double(.infinity), ##"{"#tag":["number","inf"]}"##),
    ])
  func values(_ value: Value, _ written: String) {
    #expect(text { JSONText.append(value: value, to: &$0) } == written)
  }

  @Test("a line has the keys in the order of the documents")
  func line() {
    let entry = Entry(
      process: .client(5), kind: .info, function: "take", key: .string("item-0"), value: .int(1),
      time: 90, index: 9, error: "timeout",
      steps: [Step(command: "DECR", reply: "lost", sent: 80, received: 85)])
    #expect(
      text { JSONLinesWriter.append(entry, to: &$0) }
        == #"{"index":9,"process":5,"type":"info","f":"take","key":"item-0","value":1,"#
        + #""error":"timeout","time":90,"steps":[["DECR","lost",80,85]]}"# + "\n")
  }
}
