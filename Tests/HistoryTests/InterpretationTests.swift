// What a history's calls mean to a model: owners and names of locks, drains, keys within values, other
// names, times under other names. What can be read in two ways is refused, with what to say.

import History
import Testing

/// A history of calls that were answered, one after the other: `1 acquire "alpha" -> "alpha"`.
private func history(_ lines: String) throws -> History {
  let entries = lines.split(separator: "\n").flatMap { line -> [String] in
    let words = line.split(separator: "|", omittingEmptySubsequences: false).map {
      $0.trimmingPrefix { $0 == " " }
    }
    let head = "{:process \(words[0]), :f :\(words[1]), :type"
    return [
      "\(head) :invoke, :value \(words[2])}",
      "\(head) :\(words.count > 4 ? words[4] : "ok"), :value \(words[3])}",
    ]
  }
  return try HistoryFormat.read(Array(entries.joined(separator: "\n").utf8), format: .edn).history
}

@Suite struct `What calls mean` {
  @Test(arguments: [
    // Two processes name it: it is a lock.
    ("1|acquire|\"alpha\"|\"alpha\"\n2|acquire|\"alpha\"|\"alpha\"", [String?]([nil, nil])),
    // Who releases may leave the name out where there is one.
    ("1|acquire|:a|:a\n1|release|nil|nil\n2|acquire|:a|nil", [nil, nil, nil]),
  ])
  func `the value of acquire names the lock`(_ lines: String, _ inputs: [String?]) throws {
    var read = try history(lines)
    let notes = try Interpretation().apply(to: &read, for: "owner-mutex")
    #expect(read.operations.map(\.input.name) == inputs)
    #expect(Set(read.operations.map(\.key)).count == 1 && read.operations[0].key != nil)
    #expect(read.operations.allSatisfy { $0.output == .null })
    #expect(notes.first?.contains("The owner of a lock is the process") == true)
  }

  @Test(arguments: [
    ("owner-mutex", nil, "1|acquire|7|7\n2|acquire|8|8", "--owner value for the owner"),
    (
      "mutex", nil, "1|acquire|:a|:a\n2|acquire|:a|:a\n1|acquire|:b|:b\n1|release|nil|nil",
      "names no lock"
    ),
    ("fenced-mutex", nil, "1|acquire|7|7", "may be the token"),
    ("fenced-mutex", "value", "1|acquire|7|7", "may be the token"),
    ("owner-mutex", "who", "1|acquire|:a|:a", "has no who"),
    ("register", nil, "1|read|[0 nil]|[0 4]", "--independent"),
    ("fifo-queue", nil, "1|drain|nil|nil|info", "how much it took is not known"),
    ("fifo-queue", nil, "1|drain|nil|7", "a list of elements, not 7"),
  ])
  func `what can be meant in two ways is refused where it stands`(
    _ model: String, _ owner: String?, _ lines: String, _ words: String
  ) throws {
    var read = try history(lines)
    let error = #expect(throws: Ambiguity.self) {
      try Interpretation(owner: owner).apply(to: &read, for: model)
    }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.line ?? 0 > 0 && error?.column == 1)
  }

  @Test func `owners may be values or a key of the entry`() throws {
    var values = try history("1|acquire|7|7\n2|acquire|8|8")
    try Interpretation(owner: "value").apply(to: &values, for: "owner-mutex")
    #expect(values.operations.map(\.input) == [.int(7), .int(8)])
    #expect(values.operations.allSatisfy { $0.key == nil && $0.output == .null })
    let text = """
      {:process 1, :type :invoke, :f :acquire, :value :a, :who "x"}
      {:process 1, :type :ok, :f :acquire, :value :a}
      {:process 2, :type :invoke, :f :acquire, :value :a, :who "x"}
      {:process 2, :type :ok, :f :acquire, :value :a}
      """
    var fields = try HistoryFormat.read(Array(text.utf8)).history
    try Interpretation(owner: "who").apply(to: &fields, for: "owner-mutex")
    #expect(fields.operations.map(\.input) == [.string("x"), .string("x")])
    #expect(fields.operations.map(\.key) == [.keyword("a"), .keyword("a")])
  }

  @Test func `a drain is a dequeue for each element`() throws {
    var read = try history(
      "1|enqueue|1|1\n2|drain|nil|[1 2]\n1|enqueue|3|3|info\n3|drain|nil|nil|fail\n3|drain|nil|[]")
    let given = try #require(read.givenUp.first).value
    try Interpretation().apply(to: &read, for: "fifo-queue")
    #expect(
      read.operations.map(\.function) == [
        "enqueue", "dequeue", "dequeue", "enqueue", "dequeue", "dequeue",
      ])
    #expect(read.operations[1...2].map(\.output) == [.int(1), .int(2)])
    #expect(read.operations[1].reply == read.operations[2].reply)
    #expect(read.givenUp == [3: given])
    #expect(read.operations[4].outcome == .fail && read.operations[5].output == .null)
  }

  @Test func `functions take other names`() throws {
    var read = try history("1|lock|nil|nil\n1|unlock|nil|nil")
    try Interpretation(renames: ["lock": "acquire", "unlock": "release"]).apply(
      to: &read, for: "mutex")
    #expect(read.operations.map(\.function) == ["acquire", "release"])
  }

  @Test(arguments: [
    ("lock", "acquire"), ("unlock", "release"), ("enter", "acquire"), ("exit", "release"),
    ("put", "enqueue"), ("pop", "dequeue"), ("decr", "take"), ("Get", "read"), ("frobnicate", nil),
  ])
  func `common names are suggested`(_ name: String, _ meant: String?) {
    let known = [["acquire", "release"], ["enqueue", "dequeue"], ["take", "read", "restock"]]
    let found = known.compactMap { Synonyms.meaning(of: name, among: $0) }
    #expect(found.first == meant)
  }
}

@Suite struct `Times and keys under other names` {
  private static let merged = """
    {"t_ns":1000,"process":0,"type":"invoke","f":"write","value":7}
    {"t_ns":4000,"process":0,"type":"ok","f":"write","value":7}
    {"t_ns":1100,"process":1,"type":"invoke","f":"read"}
    {"t_ns":1900,"process":1,"type":"ok","f":"read","value":7}
    """

  @Test func `a column that looks like a time is pointed out, and counts where it is named`() throws
  {
    let bytes = Array(Self.merged.utf8)
    let plain = try HistoryFormat.read(bytes)
    #expect(plain.history.order == .positions)
    #expect(plain.notes.map(\.rule) == [.timeColumn])
    #expect(Lint.findings(in: bytes).findings.map(\.rule) == [.timeColumn])
    let timed = try HistoryFormat.read(bytes, time: "t_ns")
    #expect(timed.history.order == .times && timed.notes.isEmpty)
    #expect(timed.history.operations.map(\.call.time) == [1000, 1100])
    #expect(Lint.findings(in: bytes, time: "t_ns").findings.isEmpty)
  }

  @Test(arguments: [("x", "no x"), ("process", "no process"), ("op", "expected a whole number")])
  func `a column that is no time is refused`(_ field: String, _ words: String) {
    let line = "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\",\"op\":\"a\"}\n"
    let error = #expect(throws: ParseError.self) {
      try HistoryFormat.read(Array(line.utf8), time: field)
    }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func `a compare-and-set on a key may be flat`() throws {
    let text = """
      {:process 2 :type :invoke :f :cas :value ["k0" nil "v0"]}
      {:process 2 :type :ok :f :cas :value ["k0" nil "v0"]}
      """
    let read = try HistoryFormat.read(Array(text.utf8), independent: true).history
    #expect(read.operations[0].key == .string("k0"))
    #expect(read.operations[0].input == .list([.null, .string("v0")]))
  }

  @Test(arguments: [
    ("5 timeout waiting for quorum", "timeout waiting for quorum"), ("5 :timeout", "timeout"),
    ("nil {:a 1}  ", "{a 1}"), ("5 a: [b", "a: [b"),
  ])
  func `what follows the value of a logged reply is its error`(_ rest: String, _ error: String)
    throws
  {
    let text = "0 :invoke :write 5\n0 :info :write \(rest)\n"
    let read = try HistoryFormat.read(Array(text.utf8), format: .porcupine).history
    #expect(read.operations[0].error == error)
  }

  @Test(arguments: ["read", "write", "txn"])
  func `actions may stand under any name`(_ function: String) throws {
    let actions = Value.list([
      .list([.keyword("r"), .int(9), .null]), .list([.keyword("w"), .int(7), .int(2)]),
    ])
    let call = try MultiRegister.call(function, actions)
    #expect(call.actions == [.read(.int(9)), .write(.int(7), .int(2))])
    // Nothing was told of what was read.
    #expect(try MultiRegister.reply(to: call, actions, .null).values == [nil])
  }

  @Test(arguments: [Value.null, .string("empty"), .keyword("empty")])
  func `an element that reads like "empty" is refused`(_ element: Value) {
    #expect(throws: InvalidValue.self) { try Queue.call("enqueue", element) }
  }
}
