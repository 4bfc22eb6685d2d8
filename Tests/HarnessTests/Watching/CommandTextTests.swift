// Commands of users' code as lanes show them, and which of them are no call's doing.

import Drivers
import Testing

@testable import Harness

private func redis(_ words: String...) -> ProxyRequest {
  ProxyRequest(
    verb: words[0].uppercased(), text: words.joined(separator: " "), words: words)
}

private func sql(_ text: String, _ parameters: String...) -> ProxyRequest {
  ProxyRequest(
    verb: String(text.prefix { $0.isLetter }).uppercased(), text: text, words: [text] + parameters)
}

@Suite("Commands in lanes")
struct CommandTextTests {
  @Test("of Redis: with their words, scripts by their digest's beginning")
  func redisCommands() {
    #expect(redis("set", "item-0", "49").shown(on: .redis) == "SET item-0 49")
    #expect(
      redis("EVALSHA", "0123456789abcdef", "1", "item-0", "1").shown(on: .redis)
        == "EVALSHA 012345… item-0 1")
    #expect(redis("EVAL", "return 1", "0").shown(on: .redis) == "EVAL …")
    let long = redis("SET", "k", String(repeating: "x", count: 100)).shown(on: .redis)
    #expect(long == "SET k " + String(repeating: "x", count: 31) + "…")
  }

  @Test("in SQL: on one line, with their parameters")
  func statements() {
    #expect(
      sql("SELECT units\n  FROM stock WHERE id = $1", "item-0").shown(on: .postgres)
        == "SELECT units FROM stock WHERE id = 'item-0'")
    #expect(
      sql("UPDATE s SET n = $1 WHERE id = $2", "\\x00000031", "7").shown(on: .postgres)
        == "UPDATE s SET n = 49 WHERE id = 7")
    // As asyncpg sends a text: in binary form too.
    #expect(
      sql("DELETE FROM s WHERE id = $1", "\\x6974656d2d30").shown(on: .postgres)
        == "DELETE FROM s WHERE id = 'item-0'")
    let eleven = (1...11).map { "$\($0)" }.joined(separator: ",")
    var request = sql("SELECT \(eleven)")
    request.words += (1...11).map(String.init)
    #expect(request.shown(on: .postgres) == "SELECT 1,2,3,4,5,6,7,8,9,10,11")
  }

  @Test(
    "logins and checks are no call's doing; what makes a transaction is",
    arguments: [
      (redis("HELLO", "3"), true), (redis("PING"), true), (redis("GET", "item-0"), false),
      (sql("SET application_name = 'x'"), true), (sql("SELECT 1"), true),
      (sql("SELECT 1 FROM stock"), false), (sql("set transaction isolation level x"), false),
      (sql("SELECT t.oid FROM pg_type t"), true), (sql(""), true),
      (sql("SELECT @@session.tx_isolation"), true),
    ])
  func upkeep(_ request: ProxyRequest, _ isUpkeep: Bool) {
    let wire: Proxy.Wire = ["HELLO", "PING", "GET"].contains(request.verb) ? .redis : .postgres
    #expect(request.isUpkeep(on: wire) == isUpkeep, "\(request.text)")
  }

  @Test("a name is mentioned as a word, not within another")
  func mentions() {
    #expect(redis("GET", "stock:item-1").mentions("item-1"))
    #expect(!redis("GET", "item-10").mentions("item-1"))
    #expect(!redis("GET", "my-item-1").mentions("item-1"))
    #expect(redis("MGET", "item-10", "item-1").mentions("item-1"))
    #expect(sql("SELECT * FROM s WHERE id = 'item-1'").mentions("item-1"))
  }
}
