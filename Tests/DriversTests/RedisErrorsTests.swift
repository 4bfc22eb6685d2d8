// The two error tables: every code once, every lookup answered, and the rules that decide between
// "no effect" and "perhaps". A wrong line here is a wrong verdict.

import Testing

@testable import Drivers

private let effects: [CommandEffect] = [.read, .write, .script, .begin, .commit, .rollback]

@Suite struct RedisErrorsTests {
  @Test func `every code stands once, in order, with its meaning and source`() {
    let codes = RedisErrors.all.map(\.code)
    #expect(codes == codes.sorted() && Set(codes).count == codes.count)
    for entry in RedisErrors.all {
      #expect(RedisErrors.code(of: "\(entry.code) text") == entry.code)
      #expect(!entry.meaning.isEmpty && !entry.source.isEmpty)
      #expect(RedisErrors.entry(for: entry.code)?.rule == entry.rule)
    }
    #expect(Set(RedisErrors.all.map(\.rule)) == Set(RedisErrors.Rule.allCases))
  }

  @Test(arguments: [
    "EXECABORT", "NOSCRIPT", "MOVED", "CROSSSLOT", "CLUSTERDOWN", "LOADING", "READONLY", "OOM",
  ])
  func `what is refused before it runs had no effect`(_ code: String) {
    for effect in effects {
      #expect(RedisErrors.certainty(of: code, for: effect) == .definite)
    }
  }

  @Test(arguments: ["ERR", "WRONGTYPE", "NOPERM"])
  func `an error that a script may raise leaves the script's writes in doubt`(_ code: String) {
    for effect in effects {
      let certainty = RedisErrors.certainty(of: code, for: effect)
      #expect(certainty == (effect == .script ? .indefinite : .definite))
      #expect(RedisErrors.certainty(of: code, for: .script, inTransaction: true) == .definite)
    }
  }

  @Test(arguments: ["", "NEVERSEEN", "IOERR", "err", "ERR "])
  func `an unknown code proves nothing but of what has no effect`(_ code: String) {
    for effect in effects {
      let isHarmless = effect == .read || effect == .begin || effect == .rollback
      #expect(
        RedisErrors.certainty(of: code, for: effect) == (isHarmless ? .definite : .indefinite))
    }
    #expect(RedisErrors.certainty(of: code, for: .commit, inTransaction: true) == .indefinite)
    #expect(RedisErrors.certainty(of: code, for: .write, inTransaction: true) == .definite)
  }

  @Test(arguments: [
    ("MOVED 3999 127.0.0.1:6381", "MOVED"), ("OOM", "OOM"), ("no code here", ""),
    ("Err mixed", ""), ("", ""), ("A_1 x", "A_1"),
  ])
  func `an error's code is its first word in capitals`(_ message: String, _ code: String) {
    #expect(RedisErrors.code(of: message) == code)
  }
}

@Suite struct PostgresSQLStatesTests {
  @Test func `every code stands once, in order, with its name and meaning`() {
    let codes = SQLStates.all.map(\.code)
    #expect(codes == codes.sorted() && Set(codes).count == codes.count)
    for entry in SQLStates.all {
      #expect(entry.code.utf8.count == 5 || entry.code.utf8.count == 2)
      #expect(!entry.name.isEmpty && !entry.meaning.isEmpty && !entry.source.isEmpty)
      #expect(SQLStates.entry(for: entry.code)?.code == entry.code)
    }
    #expect(Set(SQLStates.all.map(\.rule)) == Set(SQLStates.Rule.allCases))
    #expect(Set(codes).isDisjoint(with: RedisErrors.all.map(\.code)))
  }

  @Test(arguments: [
    "40001", "40P01", "55P03", "23505", "23514", "23001", "57014", "25P02", "22003", "42601",
    "P0001", "53100",
  ])
  func `what the server undid had no effect, whatever was sent`(_ code: String) {
    for effect in effects {
      for inTransaction in [false, true] {
        #expect(
          SQLStates.certainty(of: code, for: effect, inTransaction: inTransaction) == .definite)
      }
    }
  }

  @Test(arguments: ["57P01", "57P02", "08006", "08003", "XX000", "58030"])
  func `a dying session leaves in doubt what commits, and nothing else`(_ code: String) {
    let inside = { SQLStates.certainty(of: code, for: $0, inTransaction: true) }
    let outside = { SQLStates.certainty(of: code, for: $0, inTransaction: false) }
    #expect(inside(.write) == .definite && outside(.write) == .indefinite)
    #expect(inside(.script) == .definite && outside(.script) == .indefinite)
    #expect(inside(.commit) == .indefinite)
    for effect in [CommandEffect.read, .begin, .rollback] {
      #expect(inside(effect) == .definite && outside(effect) == .definite)
    }
  }

  @Test(arguments: ["08007", "40003", "", "99999", "Z", "F0000"])
  func `what nobody knows proves nothing but of a read`(_ code: String) {
    for effect in effects {
      for inTransaction in [false, true] {
        #expect(
          SQLStates.certainty(of: code, for: effect, inTransaction: inTransaction)
            == (effect == .read ? .definite : .indefinite))
      }
    }
  }

  @Test func `a code's own line goes before its class's`() {
    #expect(SQLStates.entry(for: "40003")?.rule == .unknown)
    #expect(SQLStates.entry(for: "40002")?.name == "transaction_rollback")
    #expect(SQLStates.entry(for: "57014")?.rule == .undone)
    #expect(SQLStates.entry(for: "57P04")?.rule == .undoneBeforeCommit)
    #expect(SQLStates.entry(for: "BUSY") == nil)
  }
}

@Suite struct FailureTextTests {
  @Test(arguments: [
    (Failure.Reason.timeout, "timeout"),
    (.connectionClosed, "connection closed"),
    (.connectionRefused, "connection refused"),
    (.crashed, "crashed"),
    (.gaveUp("lock not granted"), "lock not granted"),
    (.server(code: "55P03", message: "whatever, in any language"), "55P03 lock_not_available"),
    (.server(code: "22012", message: "division by zero"), "22012 data_exception"),
    (.server(code: "EXECABORT", message: "Transaction discarded"), "EXECABORT"),
    (.server(code: "ERR", message: "syntax error"), "ERR syntax error"),
    (.server(code: "NEW", message: "unheard of"), "NEW unheard of"),
    (.server(code: "", message: "no code"), "no code"),
  ])
  func `the text is short and says the same for the same thing`(
    _ reason: Failure.Reason, _ text: String
  ) {
    #expect(Failure.indefinite(reason).description == text)
    #expect(Failure.definite(reason).description == text)
  }
}
