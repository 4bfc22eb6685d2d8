// JSON of other tools: elle-cli's array of entries, etcd's operations.

import History
import Testing

@Suite("JSON arrays")
struct JSONArrayTests {
  @Test("is read in the array's order, over any lines")
  func array() throws {
    let text = """
      [{"type":"invoke","f":"txn","value":[["w","x",2]],"process":0,"index":0,"time":9},
       {"type":"info","f":"start","value":null,"process":"nemesis","index":1,"time":8},
       {"type":"ok","f":"txn","value":[["w","x",2]],
        "process":0,"index":2,"time":12}]
      """
    let reading = try HistoryFormat.read(text)
    #expect(reading.format == .json)
    #expect(reading.history.operations.map(\.call.line) == [1])
    #expect(reading.history.operations[0].reply?.line == 3)
    #expect(reading.history.operations[0].reply?.rank == 2)
    #expect(reading.history.events.count == 1)
  }

  @Test(
    "is refused where it breaks",
    arguments: [
      ("[{\"type\":\"invoke\"}]", 1, 2), ("[\n{} {}]", 2, 1), ("[", 1, 2), ("[3]", 1, 2),
      ("[] 3", 1, 4), ("{}", 1, 1),
    ])
  func broken(_ text: String, _ line: Int, _ column: Int) throws {
    let refusal = try #require(HistoryFormat.refusal(of: text, format: .json))
    #expect((refusal.line, refusal.column) == (line, column), "\(refusal)")
  }
}

@Suite("etcd operations")
struct EtcdOperationsTests {
  private func operation(
    _ client: Int, _ input: String, _ call: Int, _ output: String, _ returned: Int
  ) -> String {
    "{\"ClientId\":\(client),\"Input\":\(input),\"Call\":\(call),\"Output\":\(output),"
      + "\"Return\":\(returned),\"Metadata\":null}\n"
  }
  private func range(_ key: String, end: String = "", revision: Int = 0) -> String {
    #"{"Type":"range","Range":{"Start":"\#(key)","End":"\#(end)","Limit":0,"#
      + #""Revision":\#(revision)},"Txn":null}"#
  }
  private func txn(_ success: String, if conditions: String = "null") -> String {
    #"{"Type":"txn","Range":null,"Txn":{"Conditions":\#(conditions),"#
      + #""OperationsOnSuccess":[\#(success)],"OperationsOnFailure":null}}"#
  }
  private func put(_ key: String, _ value: String, lease: Int = 0) -> String {
    #"{"Type":"put-operation","Put":{"Key":"\#(key)","Value":\#(value),"LeaseID":\#(lease)}}"#
  }
  private let done =
    #"{"Txn":{"Failure":false,"Results":[{"KVs":null,"Count":0,"Deleted":0}]},"#
    + #""Revision":5,"Error":""}"#

  @Test("reads, writes, creations and deletions of one key become a register's")
  func mapped() throws {
    let text =
      operation(1, txn(put("a", #"{"Value":"1"}"#)), 10, done, 20)
      + operation(
        2, range("a"), 15,
        #"{"Range":{"KVs":[{"Key":"a","Value":{"Value":"1"},"ModRevision":5}],"Count":1}}"#,
        18)
      + operation(2, range("b"), 18, #"{"Range":{"KVs":null,"Count":0},"Error":""}"#, 30)
      + operation(
        3, txn(put("b", #"{"Hash":77}"#), if: #"[{"Key":"b","ExpectedRevision":0}]"#), 16,
        #"{"Error":"timed out"}"#, 40)
      + operation(
        4, txn(put("b", #"{"Value":"2"}"#), if: #"[{"Key":"b","ExpectedRevision":0}]"#), 19,
        #"{"Txn":{"Failure":true,"Results":null},"Error":""}"#, 33)
      + operation(
        1, txn(#"{"Type":"delete-operation","Delete":{"Key":"a"}}"#), 41, done,
        9_223_372_036_854_775_807)
      + operation(5, #"{"Type":"defragment"}"#, 50, #"{"Error":""}"#, 51)
      + operation(5, range("a", end: "b"), 52, #"{"Error":""}"#, 53)
      + operation(5, range("a", revision: 3), 54, #"{"Error":""}"#, 55)
    let reading = try HistoryFormat.read(text)
    #expect(reading.format == .etcd)
    let operations = reading.history.operations
    #expect(operations.map(\.process) == [1, 2, 3, 2, 4, 1])
    #expect(operations.map(\.function) == ["write", "read", "cas", "read", "cas", "write"])
    #expect(operations.map { $0.key?.name } == ["a", "a", "b", "b", "b", "a"])
    #expect(operations.map(\.outcome) == [.ok, .ok, .info, .ok, .fail, .info])
    #expect(operations[1].output == .string("1"))
    #expect(operations[2].input == .list([.null, .tagged("hash", .int(77))]))
    #expect(operations[3].output == .null)
    #expect(operations[5].input == .null)
    #expect(operations[0].reply?.rank == 41)
    #expect(
      reading.notes.map(\.message).first?.hasPrefix("3 operations that change no key") == true)
  }

  @Test("writes that a register has no word for are refused with the line")
  func refused() throws {
    let cases: [(String, String)] = [
      (txn(put("a", #"{"Value":"1"}"#), if: #"[{"Key":"a","ExpectedRevision":7}]"#), "revision"),
      (txn(put("a", #"{"Value":"1"}"#) + "," + put("b", #"{"Value":"1"}"#)), "more than one key"),
      (txn(put("a", #"{"Value":"1"}"#, lease: 3)), "under a lease"),
      (#"{"Type":"leaseRevoke"}"#, "lease is revoked"),
    ]
    for (input, words) in cases {
      let text = operation(1, range("a"), 1, #"{"Range":{"KVs":[]},"Error":""}"#, 2)
      let refusal = try #require(
        HistoryFormat.refusal(of: text + operation(1, input, 3, done, 4)))
      #expect(refusal.line == 2 && refusal.rule == .unmapped)
      #expect(refusal.message.contains(words), "\(refusal)")
    }
  }

  @Test("objects that are no operations are refused with the line")
  func malformed() throws {
    let cases = [
      #"{"ClientId":"x","Call":1,"Return":2}"#, #"{"ClientId":1,"Call":3,"Return":2}"#,
      #"{"ClientId":1,"Call":1,"Return":2}"#,
      #"{"ClientId":1,"Call":1,"Return":2,"Input":{"Type":"x"},"Output":{}}"#,
      #"{"ClientId":1,"Call":1,"Return":2,"Input":{"Type":"txn"},"Output":{}}"#,
      operation(1, range("a"), 1, #"{"Range":{"KVs":[{"Key":"b","Value":{}}]}}"#, 2),
      operation(1, range("a"), 1, "{}", 2), "[]", "{",
    ]
    for text in cases {
      let refusal = try #require(HistoryFormat.refusal(of: text, format: .etcd), "\(text)")
      #expect(refusal.line == 1 && refusal.column >= 1)
    }
  }

  @Test("two calls of one client at a time are refused")
  func overlap() throws {
    let text =
      operation(1, txn(put("a", #"{"Value":"1"}"#)), 10, done, 20)
      + operation(1, txn(put("a", #"{"Value":"2"}"#)), 15, done, 30)
    #expect(HistoryFormat.refusal(of: text)?.rule == .callWhileOpen)
  }

  @Test("a client's reply and next call at one time keep their turn")
  func sameTime() throws {
    let text =
      operation(1, txn(put("a", #"{"Value":"2"}"#)), 20, done, 20)
      + operation(1, txn(put("a", #"{"Value":"1"}"#)), 10, done, 20)
    let operations = try HistoryFormat.read(text).history.operations
    #expect(operations.map(\.input) == [.string("1"), .string("2")])
  }
}
