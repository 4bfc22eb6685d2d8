// Forms told by content, keys taken out of pairs, and the file chosen from a Jepsen store folder.

import History
import Testing

@Suite("Detection")
struct DetectionTests {
  @Test(
    "tells the form by the content",
    arguments: [
      (#"{"process":1}"#, HistoryFormat.jsonl), ("\n {\"soldout\":1}", .jsonl),
      ("\u{FEFF}{\"a\":1}", .jsonl), ("{\"a", .jsonl),
      ("[{\"type\":\"ok\"}]", .json), ("[ {\"type\"", .json),
      ("{:type :ok}", .edn), ("{}", .edn), ("[]", .edn), ("[{:type :ok}]", .edn),
      ("({:a 1})", .edn),
      ("; comment\n{:a 1}", .edn), ("#jepsen.history.Op{:a 1}", .edn), ("{\"a\" 1}", .edn),
      ("[;x\n{:a 1}]", .edn),
      ("INFO  jepsen.util - 0 :invoke :read nil", .porcupine),
      ("0\t:invoke\t:read\tnil", .porcupine),
      (":nemesis\t:info\t:start\tnil", .porcupine),
      ("{\"ClientId\":1,\n \"Input\":{},\"Call\":1,\"Output\":{},\"Return\":2}", .etcd),
    ])
  func content(_ text: String, _ format: HistoryFormat) throws {
    #expect(try HistoryFormat.detect(Array(text.utf8)) == format)
  }

  @Test(
    "names what it can't read",
    arguments: [
      ([], "empty"), ([0x20, 0x0A], "empty"), ([0x1F, 0x8B, 8], "gzip"),
      ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
      (Array("JEPSEN\u{0}".utf8), "history.edn beside it"), (Array("hello".utf8), "found hello"),
      (Array("\n\n  <xml/>".utf8), "found <"), ([0], "byte 0"),
    ] as [([UInt8], String)])
  func unknown(_ bytes: [UInt8], _ words: String) throws {
    let refusal = try #require(HistoryFormat.refusal(of: bytes))
    #expect(refusal.rule == .content)
    #expect(refusal.message.contains(words), "\(refusal)")
  }
}

@Suite("Independent keys")
struct IndependentTests {
  static let text = """
    {:process 0, :type :invoke, :f :cas, :value [5 [1 2]]}
    {:process :nemesis, :type :info, :f :start, :value nil}
    {:process 0, :type :ok, :f :cas, :value [5 [1 2]]}
    {:process 1, :type :invoke, :f :read, :value [6 nil]}
    {:process 1, :type :info, :f :read, :value nil, :error :timeout}

    """

  @Test("keys are taken out of clients' values where asked for")
  func unwrapped() throws {
    let history = try HistoryFormat.read(Self.text, independent: true).history
    #expect(history.operations.map(\.key) == [.int(5), .int(6)])
    #expect(history.operations.map(\.input) == [.list([.int(1), .int(2)]), .null])
    #expect(history.operations[0].output == .list([.int(1), .int(2)]))
    #expect(history.partitions().count == 2)
    let plain = try HistoryFormat.read(Self.text).history
    #expect(plain.operations.map(\.key) == [nil, nil])
  }

  @Test(
    "a value that is no pair is refused",
    arguments: [
      "{:process 0, :type :invoke, :f :read, :value nil}",
      "{:process 0, :type :invoke, :f :w, :value 3}",
      "{:process 0, :type :invoke, :f :w, :value [1 2 3]}",
      "{:process 0, :type :invoke, :f :w, :key 1, :value [1 2]}",
    ])
  func noPair(_ line: String) throws {
    let refusal = try #require(HistoryFormat.refusal(of: line + "\n", independent: true))
    #expect(refusal.rule == .pair && refusal.line == 1)
  }
}

@Suite("Jepsen store folder")
struct StoreFolderTests {
  @Test("histories per key come first, in the keys' order")
  func perKey() throws {
    let paths = [
      "history.edn", "independent/10/history.edn", "independent/9/history.edn", "jepsen.log",
      "independent/9/results.edn", "./independent/a/history.edn", "independent/history.edn",
    ]
    #expect(
      try StoreFolder.choose(among: paths)
        == .perKey([
          .init(key: "9", path: "independent/9/history.edn"),
          .init(key: "10", path: "independent/10/history.edn"),
          .init(key: "a", path: "independent/a/history.edn"),
        ]))
  }

  @Test(
    "else the whole history",
    arguments: [
      (["results.edn", "history.txt", "history.edn"], "history.edn"),
      (["history.txt"], "history.txt"),
      (["history.edn.gz"], "history.edn.gz"),
    ])
  func whole(_ paths: [String], _ chosen: String) throws {
    #expect(try StoreFolder.choose(among: paths) == .whole(chosen))
  }

  @Test(
    "else says what to give",
    arguments: [
      ([], "give a Jepsen test's folder"), (["test.fressian"], "binary test"),
      (["20260101T000000.000Z/history.edn"], "several tests"),
    ] as [([String], String)])
  func advice(_ paths: [String], _ words: String) {
    let error = #expect(throws: ParseError.self) { try StoreFolder.choose(among: paths) }
    #expect(error?.message.contains(words) == true)
  }
}
