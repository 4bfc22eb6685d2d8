// What nil means, what objects start with, and what explanations add: small histories, and random ones
// of several keys against an oracle that shares nothing with the library.

import Checker
import History
import Support
import Testing

private func judged(
  _ text: String, _ model: String, initial: Value? = nil, nils: NilMeaning = .auto
) async throws -> [Judgement] {
  let history = try HistoryFormat.read(Array(text.utf8)).history
  let entry = try #require(ModelCatalogue[model])
  return try await Check(history, model: entry, initial: initial, nils: nils).judgements()
}

private func lines(_ entries: [(process: Int, type: String, f: String, value: String)]) -> String {
  entries.map { "{:process \($0.process), :type :\($0.type), :f :\($0.f), :value \($0.value)}\n" }
    .joined()
}

@Suite struct `Reads of nil` {
  /// A read of nil, after a write was answered or before.
  private static let late = lines([
    (0, "invoke", "write", "5"), (0, "ok", "write", "5"), (1, "invoke", "read", "nil"),
    (1, "ok", "read", "nil"),
  ])
  private static let early = lines([
    (0, "invoke", "write", "5"), (1, "invoke", "read", "nil"), (0, "ok", "write", "5"),
    (1, "ok", "read", "nil"),
  ])

  @Test(arguments: [
    (late, Value.int(0), NilMeaning.auto, Verdict.violation, 0),
    (late, .int(0), .unknown, .linearizable, 1), (late, .int(0), .absent, .violation, 0),
    (early, .int(0), .auto, .linearizable, 1), (early, .int(0), .absent, .violation, 0),
    (early, .null, .auto, .linearizable, 0), (late, .null, .auto, .violation, 0),
    (late, .null, .unknown, .linearizable, 1),
  ])
  func `count as absent once a write was answered, or as they are said to`(
    _ text: String, _ initial: Value, _ nils: NilMeaning, _ verdict: Verdict, _ unanswered: Int
  ) async throws {
    for model in ["register", "cas-register"] {
      let judgements = try await judged(text, model, initial: initial, nils: nils)
      #expect(judgements.map(\.verdict) == [verdict])
      #expect(judgements.map(\.unanswered) == [unanswered])
    }
  }

  @Test func `of a stock say nothing, and are counted`() async throws {
    let text = lines([(0, "invoke", "read", "nil"), (0, "ok", "read", "nil")])
    let judgements = try await judged(text, "stock", initial: .int(5))
    #expect(judgements.map(\.unanswered) == [1] && judgements.verdict == .linearizable)
  }

  @Test func `a transaction answered without its values told nothing`() async throws {
    let text = lines([
      (3, "invoke", "write", "{\"x\" 2}"), (3, "ok", "write", "{\"x\" 2}"),
      (6, "invoke", "txn", "[[:r \"x\" nil] [:w \"x\" 3]]"), (6, "ok", "txn", "nil"),
      (6, "invoke", "read", "{\"x\" nil}"), (6, "ok", "read", "{\"x\" 3}"),
    ])
    let judgements = try await judged(text, "multi-register")
    #expect(judgements.map(\.verdict) == [.linearizable] && judgements.map(\.unanswered) == [1])
  }
}

@Suite struct `Initial values` {
  private static func map(_ entries: [(String, Value)]) -> Value {
    .map(entries.map { Value.Entry(.string($0.0), $0.1) })
  }

  private static let stocks = """
    {"process":0,"type":"invoke","f":"take","key":"a","value":1,"time":1}
    {"process":0,"type":"ok","f":"take","key":"a","value":4,"time":2}
    {"process":0,"type":"invoke","f":"take","key":"b","value":1,"time":3}
    {"process":0,"type":"ok","f":"take","key":"b","value":"sold-out","time":4}
    """

  @Test func `a map gives each key its own`() async throws {
    let initial = Self.map([("a", .int(5)), ("b", .int(0))])
    #expect(try await judged(Self.stocks, "stock", initial: initial).verdict == .linearizable)
    let swapped = Self.map([("a", .int(0)), ("b", .int(5))])
    let verdicts = try await judged(Self.stocks, "stock", initial: swapped).map(\.verdict)
    #expect(verdicts == [.violation, .violation])
  }

  @Test func `a key left out of the map is named`() async throws {
    let error = await #expect(throws: CheckError.self) {
      try await judged(Self.stocks, "stock", initial: Self.map([("a", .int(5))]))
    }
    #expect(error?.description.contains("without \"b\"") == true)
  }

  @Test(arguments: [
    ("{\"x\":7}", "", 7, true), ("{\"x\":8}", "", 7, false),
    // One map for every key, or one for each.
    ("{\"x\":7}", "\"key\":\"a\",", 7, true), ("{\"a\":{\"x\":7}}", "\"key\":\"a\",", 7, true),
    ("{\"b\":{\"x\":7}}", "\"key\":\"a\",", 7, false),
  ])
  func `a family of registers starts as the header says`(
    _ initial: String, _ key: String, _ told: Int, _ isLinearizable: Bool
  ) async throws {
    let text = """
      {"soldout":1,"model":"multi-register","initial":\(initial)}
      {"process":0,"type":"invoke","f":"read",\(key)"value":{"x":null},"time":1}
      {"process":0,"type":"ok","f":"read",\(key)"value":{"x":\(told)},"time":2}
      """
    let verdict = try await judged(text, "multi-register").verdict
    #expect((verdict == .linearizable) == isLinearizable)
  }

  @Test func `a number too low for a take is no reason to ask for an initial value`() async throws {
    let text = "{\"process\":0,\"type\":\"invoke\",\"f\":\"take\",\"value\":\"1\"}\n"
    let error = await #expect(throws: CheckError.self) { try await judged(text, "stock") }
    #expect(error?.description.contains("1:1: take needs a whole number") == true)
    #expect(error?.description.contains("the text \"1\"") == true)
  }
}

@Suite struct `Explanations` {
  @Test func `a failed write that was read is named with its line`() async throws {
    let text = lines([
      (1, "invoke", "write", "638"), (2, "invoke", "read", "nil"), (1, "fail", "write", "638"),
      (2, "ok", "read", "638"),
    ])
    for initial in [Value.null, .int(1)] {
      let found = try #require(
        try await judged(text, "register", initial: initial).first?.counterexample)
      #expect(
        found.headline == "p2 read 638; 638 was written by p1, but reported as failed (line 3)")
    }
  }

  @Test func `a number and its text are told apart`() async throws {
    let text = lines([
      (0, "invoke", "write", "1"), (0, "ok", "write", "1"), (1, "invoke", "read", "nil"),
      (1, "ok", "read", "\"1\""),
    ])
    let found = try #require(try await judged(text, "register").first?.counterexample)
    #expect(found.headline == "p1 read \"1\", but nobody wrote \"1\"")
    #expect(found.reasons.contains("\"1\" is text, but 1, which was written, is a number"))
  }

  @Test func `calls of one process are told by index`() async throws {
    let text = lines([
      (0, "invoke", "write", "7"), (0, "ok", "write", "7"), (0, "invoke", "write", "8"),
      (0, "ok", "write", "8"), (1, "invoke", "read", "nil"), (1, "ok", "read", "7"),
    ])
    let found = try #require(try await judged(text, "register").first?.counterexample)
    #expect(
      found.headline
        == "p1 read 7 after p0 (#2) had written 8, and p0 (#2) wrote 8 after p0 (#0) had written 7")
  }
}
