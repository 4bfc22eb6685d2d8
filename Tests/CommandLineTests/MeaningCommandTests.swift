// Histories whose meaning has to be said, on the command line: options, refusals with file, line and
// column, and what reports tell.

import Foundation
import Testing

private func edn(_ lines: String...) -> String {
  lines.map { "{:process \($0)}\n" }.joined()
}

private let lost = edn(
  "0 :type :invoke :f :write :value 5", "0 :type :ok :f :write :value 5",
  "1 :type :invoke :f :read :value nil", "1 :type :ok :f :read :value nil")
private let locks = edn(
  "1 :type :invoke :f :lock :value :a", "1 :type :ok :f :lock :value :a",
  "2 :type :invoke :f :lock :value :a", "2 :type :ok :f :lock :value :a")
private let unanswered = edn(
  "1 :type :invoke :f :read :value nil", "1 :type :info :f :read :value nil",
  "2 :type :invoke :f :cas :value [3 4]", "2 :type :fail :f :cas :value [3 4]")
private let merged = """
  {"t_ns":1,"process":0,"type":"invoke","f":"write","value":7}
  {"t_ns":4,"process":0,"type":"ok","f":"write","value":7}
  {"t_ns":1,"process":1,"type":"invoke","f":"read"}
  {"t_ns":2,"process":1,"type":"ok","f":"read"}

  """
private let stocks = """
  {"process":0,"type":"invoke","f":"take","key":"a","value":1,"time":1}
  {"process":0,"type":"ok","f":"take","key":"a","value":4,"time":2}
  {"process":0,"type":"invoke","f":"take","key":"b","value":1,"time":3}
  {"process":0,"type":"ok","f":"take","key":"b","value":"sold-out","time":4}

  """

private let meant: [Case] = [
  Case(
    arguments: ["check", "-", "--model", "register", "--initial", "0"], input: lost, code: 1,
    words: "VIOLATION  p1 read null"),
  Case(
    arguments: ["check", "-", "--model", "register", "--initial", "0", "--nil", "unknown"],
    input: lost, code: 0, words: "1 read of nil was not judged"),
  Case(
    arguments: ["check", "-", "--model", "register", "--nil", "none"], input: lost, code: 64,
    words: "--nil is absent, unknown or auto, not none"),
  Case(
    arguments: ["check", "-", "--model", "register", "--owner", "value"], input: lost, code: 64,
    words: "--owner is for models of locks, not for register"),
  Case(
    arguments: ["check", "-", "--model", "mutex"], input: locks, code: 65,
    words:
      "-:1:1: a lock supports acquire and release, not lock; if it means acquire, give --rename lock=acquire"
  ),
  Case(
    arguments: ["check", "-"], input: locks, code: 64,
    words: "may be those of mutex: give --model mutex --rename lock=acquire"),
  Case(
    arguments: ["check", "-"], input: lost, code: 64,
    words: "(write, read) fit register, cas-register; give --model register"),
  Case(
    arguments: ["check", "-", "--model", "owner-mutex", "--rename", "lock=acquire"], input: locks,
    code: 1, words: "p2 acquired the lock while p1 held it"),
  Case(
    arguments: ["check", "-", "--model", "owner-mutex", "--rename", "lock=acquire"], input: locks,
    code: 1, words: "The owner of a lock is the process"),
  Case(
    arguments: ["check", "-", "--model", "mutex", "--rename", "lock"], input: locks, code: 64,
    words: "--rename is OLD=NEW, such as lock=acquire, not lock"),
  Case(
    arguments: ["check", "-", "--model", "mutex", "--rename", "a=b", "--rename", "a=c"],
    input: locks, code: 64, words: "--rename names a twice"),
  Case(
    arguments: ["check", "-", "--model", "cas-register"], input: unanswered, code: 3,
    words: "VACUOUS  none of the 2 operations was answered ok"),
  Case(
    arguments: ["check", "-", "--model", "register"], input: merged, code: 1,
    words: "give --time t_ns"),
  Case(
    arguments: ["check", "-", "--model", "register"], input: merged, code: 1,
    words: "ordered by position"),
  Case(
    arguments: ["check", "-", "--model", "register", "--time", "t_ns"], input: merged, code: 0,
    words: "ordered by time"),
  Case(arguments: ["lint", "-"], input: merged, code: 0, words: "[timeColumn]"),
  Case(
    arguments: ["check", "-", "--initial", "{\"a\" 5 \"b\" 0}"], input: stocks, code: 0,
    words: "linearizable"),
  Case(
    arguments: ["check", "-", "--initial", "{\"a\" 5}"], input: stocks, code: 65,
    words: "-: key b: --initial is a map of keys to values, without \"b\""),
]

@Suite("What histories mean")
struct MeaningCommandTests {
  @Test("each ends with its code, in its words", arguments: meant)
  func ends(_ example: Case) throws {
    let run = try Soldout.run(example.arguments, input: example.input)
    #expect(run.code == example.code, "\(run.output)")
    // Reports wrap their lines.
    let output = run.output.split { $0.isWhitespace }.joined(separator: " ")
    let words = example.words.split { $0.isWhitespace }.joined(separator: " ")
    #expect(output.contains(words), "\(run.output)")
  }

  @Test("of several files each message names its own")
  func names() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try stocks.write(to: folder.appending(path: "a.jsonl"), atomically: true, encoding: .utf8)
    for (name, text, words) in [
      ("b.edn", locks, "b.edn:1:1: "),
      ("c.jsonl", "{\"soldout\":1,\"model\":\"stok\"}\n", "c.jsonl: "),
    ] {
      let file = folder.appending(path: name).path
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let run = try Soldout.shell(
        "'\(Soldout.binary.path)' check a.jsonl \(name) --initial 5 "
          + (name == "b.edn" ? "--model stock" : ""), in: folder.path)
      #expect(run.1.contains(words), "\(run.1)")
    }
  }
}
