// A client's talk with PostgreSQL, followed: each answer to its request, in every way in which drivers
// send them, cut anywhere; and exactly one answer lost while all others pass unchanged.

import Support
import Testing

@testable import Drivers

private let sslRequest = message(nil, [4, 210, 22, 47])
private let gssRequest = message(nil, [4, 210, 22, 48])
private let start = message(
  nil, [0, 3, 0, 0] + zeroEnded("user", "u", "application_name", "p3", ""))
private let idle = message("Z", [0x49])
private let open = message("Z", [0x54])
private let authenticated = message("R", [0, 0, 0, 0]) + message("S", zeroEnded("a", "b")) + idle

private func done(_ tag: String) -> [UInt8] { message("C", zeroEnded(tag)) }

private func parse(_ name: String, _ text: String) -> [UInt8] {
  message("P", zeroEnded(name, text) + [0, 0])
}

/// Binds a statement by name to texts.
private func bind(_ name: String, _ parameters: String...) -> [UInt8] {
  var body = zeroEnded("", name) + [0, 0, 0, UInt8(parameters.count)]
  for parameter in parameters {
    body += [0, 0, 0, UInt8(parameter.utf8.count)]
    body += Array(parameter.utf8)
  }
  return message("B", body + [0, 0])
}

private let execute = message("E", zeroEnded("") + [0, 0, 0, 0])
private let sync = message("S")

@Suite("A proxy's conversation with PostgreSQL")
struct PostgresProtocolTrackerTests {
  /// What is heard after the session's start, however it is cut.
  private func hear(
    _ parts: [(isClient: Bool, bytes: [UInt8])], losing verb: String = "none"
  ) -> Heard {
    let all = [client(start), server(authenticated)] + parts
    let tracker = PostgresProtocolTracker()
    var whole = Heard.listening(to: tracker, all, losing: { $0.verb == verb })
    for seed in 0..<40 {
      var random = SeededGenerator(seed: UInt64(seed))
      let cut = Heard.listening(
        to: tracker, all,
        cut: { count in
          (0..<Int.random(in: 1...8, using: &random)).map { _ in
            Int.random(in: 0...count, using: &random)
          }
        }, losing: { $0.verb == verb })
      #expect(cut == whole, "seed \(seed)")
    }
    let single = Heard.listening(
      to: tracker, all, cut: { Array(0...$0) }, losing: { $0.verb == verb })
    #expect(single == whole)
    // The session's own.
    if !whole.exchanges.isEmpty { whole.exchanges.removeFirst() }
    whole.toClient.removeFirst(authenticated.count)
    whole.toServer.removeFirst(start.count)
    return whole
  }

  private func verbs(_ heard: Heard) -> [String] { heard.asked.map(\.verb) }

  @Test("exactly the answer to the chosen statement is lost, cut anywhere")
  func lost() {
    let requests = client(
      message("Q", zeroEnded("BEGIN")), parse("s1", "UPDATE x"), sync, bind("s1"),
      message("D", zeroEnded("P")), execute, sync, message("Q", zeroEnded("COMMIT")), message("X"))
    let before =
      done("BEGIN") + open + message("1") + open + message("2") + message("n") + done("UPDATE 1")
      + open
    let doomed = done("COMMIT") + idle
    let heard = hear([requests, server(before, doomed)], losing: "COMMIT")
    #expect(verbs(heard) == ["BEGIN", "", "UPDATE", "COMMIT"])
    #expect(heard.asked.allSatisfy { $0.client == "p3" })
    #expect(heard.toClient == before && heard.lost == doomed && heard.refusal == nil)
    #expect(heard.toServer == requests.bytes)
  }

  @Test("a statement knows whether it stands in a transaction")
  func status() {
    func ask(_ text: String, then status: UInt8) -> [(isClient: Bool, bytes: [UInt8])] {
      [client(message("Q", zeroEnded(text))), server(done("X"), message("Z", [status]))]
    }
    let heard = hear(
      ask("UPDATE a", then: 0x49) + ask("BEGIN", then: 0x54) + ask("UPDATE b", then: 0x45)
        + ask("ROLLBACK", then: 0x49))
    #expect(heard.asked.map(\.inTransaction) == [false, false, true, true])
  }

  @Test("requests for encryption are answered N and never reach the server")
  func encryption() {
    let heard = Heard.listening(
      to: PostgresProtocolTracker(),
      [client(gssRequest), client(sslRequest, start), server(authenticated)],
      cut: { Array(0...$0) })
    #expect(heard.toServer == start && heard.refusal == nil)
    #expect(heard.toClient == Array("NN".utf8) + authenticated)
  }

  @Test("a request to cancel passes and is not answered")
  func cancel() {
    let cancel = message(nil, [4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2])
    let heard = Heard.listening(
      to: PostgresProtocolTracker(), [client(sslRequest), client(cancel)], cut: { Array(0...$0) })
    #expect(heard.toServer == cancel && heard.refusal == nil && heard.asked.isEmpty)
  }

  @Test("Flush asks for an answer without ending the request")
  func flush() {
    let heard = hear(
      [
        client(parse("", "SELECT n"), message("D", zeroEnded("S")), message("H")),
        server(message("1"), message("t", [0, 0]), message("n")),
        client(bind("", "7"), execute, sync),
        server(message("2"), done("SELECT 1"), idle),
      ])
    #expect(heard.refusal == nil && heard.exchanges.count == 1)
    #expect(heard.asked.map(\.words) == [["SELECT n", "7"]])
  }

  @Test("several statements before one Sync are one request")
  func batch() {
    let heard = hear(
      [
        client(
          parse("b", "BEGIN"), bind("b"), execute, parse("u", "UPDATE s SET n = $1"),
          bind("u", "4"),
          execute, bind("u", "3"), execute, sync),
        server(message("2"), done("BEGIN"), done("UPDATE 1"), done("UPDATE 1"), open),
      ])
    #expect(verbs(heard) == ["UPDATE"] && heard.asked[0].inTransaction)
    let update = "UPDATE s SET n = $1"
    #expect(heard.asked[0].text == "BEGIN; \(update); \(update)")
    #expect(heard.asked[0].words == ["BEGIN", update, "4", update, "3"])
  }

  @Test("a pipeline's answers go to its requests; a failed one is answered as a whole")
  func pipeline() {
    let failed = message("E", zeroEnded("SERROR", "")) + idle
    let heard = hear(
      [
        client(
          parse("", "SELECT 1"), bind(""), execute, sync, parse("", "broken"), bind(""), execute,
          sync, parse("", "DELETE FROM a"), bind(""), execute, sync),
        server(done("SELECT 1"), idle, failed, message("1"), done("DELETE 4"), idle),
      ])
    #expect(heard.exchanges.count == 3 && heard.refusal == nil)
    #expect(heard.exchanges[1].hasPrefix("broken → E"))
    #expect(heard.exchanges[2].contains("DELETE 4"))
  }

  @Test("notices and notifications answer nothing")
  func asynchronous() {
    let told =
      message("N", zeroEnded("SNOTICE", "")) + message("A", [0, 0, 0, 1] + zeroEnded("c", ""))
    let heard = hear(
      [
        server(told), client(message("Q", zeroEnded("SELECT 1"))),
        server(told, done("SELECT 1"), idle, told),
      ])
    #expect(heard.exchanges.count == 1 && heard.refusal == nil)
  }

  @Test("a function call is a request")
  func function() {
    let heard = hear(
      [
        client(message("F", [0, 0, 4, 210, 0, 0, 0, 0, 0, 0])),
        server(message("V", [0, 0, 0, 0]), idle),
      ])
    #expect(heard.asked.map(\.text) == ["function 1234"] && heard.exchanges.count == 1)
  }

  @Test("COPY out, and in by a Query")
  func copy() {
    let rows = message("d", Array("1\n".utf8))
    let heard = hear(
      [
        client(message("Q", zeroEnded("COPY a TO STDOUT"))),
        server(message("H", [0, 0, 0]), rows, message("c"), done("COPY 1"), idle),
        client(message("Q", zeroEnded("COPY a FROM STDIN"))), server(message("G", [0, 0, 0])),
        client(rows, rows, message("c")), server(done("COPY 2"), idle),
        client(message("Q", zeroEnded("SELECT 1"))), server(done("SELECT 1"), idle),
      ])
    #expect(heard.exchanges.count == 3 && heard.refusal == nil)
    #expect(heard.exchanges[2].contains("SELECT 1\0"))
  }

  @Test(
    "COPY in by an Execute: the Sync that the server passes over is not waited for",
    arguments: [true, false])
  func copyByExecute(_ isSentAhead: Bool) {
    let rows = message("d", Array("1\n".utf8))
    let asked = parse("", "COPY a FROM STDIN") + bind("") + execute + sync
    let data = rows + message("c") + sync
    let answer = server(message("1"), message("2"), message("G", [0, 0, 0]))
    let heard = hear(
      (isSentAhead ? [client(asked, data), answer] : [client(asked), answer, client(data)])
        + [
          server(done("COPY 1"), idle), client(message("Q", zeroEnded("SELECT 1"))),
          server(done("SELECT 1"), idle),
        ])
    #expect(heard.exchanges.count == 2 && heard.refusal == nil)
    #expect(heard.exchanges[0].contains("COPY 1") && heard.exchanges[1].contains("SELECT 1\0"))
  }

  @Test("a COPY whose end is lost was asked for its data all the same")
  func lostCopy() {
    let heard = hear(
      [
        client(parse("", "COPY a FROM STDIN"), bind(""), execute, sync),
        server(message("1"), message("2"), message("G", [0, 0, 0])),
        client(message("d"), message("c"), sync), server(done("COPY 1"), idle),
      ], losing: "COPY")
    #expect(heard.toClient == message("1") + message("2") + message("G", [0, 0, 0]))
    #expect(heard.lost == done("COPY 1") + idle)
  }

  @Test("the proxy names user and database in the client's place")
  func login() {
    let login = ProxyLogin(user: "soldout", database: "shop")
    let heard = Heard.listening(
      to: PostgresProtocolTracker(login: login), [client(sslRequest, start)], cut: { Array(0...$0) }
    )
    let known = message(
      nil,
      [0, 3, 0, 0]
        + zeroEnded("user", "soldout", "application_name", "p3", "database", "shop", ""))
    #expect(heard.toServer == known)
  }

  @Test("parameters are words: texts, NULL, bytes")
  func parameters() {
    let formats: [UInt8] = [0, 3, 0, 0, 0, 1, 0, 0]
    let values: [UInt8] = [0, 3, 0, 0, 0, 2] + Array("42".utf8) + [0, 0, 0, 2, 0xff, 1]
    let bound = message("B", zeroEnded("", "") + formats + values + [255, 255, 255, 255, 0, 0])
    let heard = hear([client(parse("", "SELECT $1, $2, $3"), bound, execute, sync)])
    #expect(heard.asked.map(\.words) == [["SELECT $1, $2, $3", "42", "\\xff01", "NULL"]])
  }

  @Test(
    "the word that says what a statement does",
    arguments: [
      ("  update x", "UPDATE"), ("/* trace */ -- id\n DELETE", "DELETE"),
      ("WITH a AS (UPDATE b) SELECT", "UPDATE"), ("with a as materialized (\n insert", "INSERT"),
      ("", ""), ("(SELECT 1)", ""), ("/* open", ""),
    ])
  func verb(_ text: String, _ known: String) {
    #expect(SQLVerb.of(text) == known)
  }

  @Test("what can't be followed is said")
  func unfollowed() {
    func refusal(_ parts: [(isClient: Bool, bytes: [UInt8])]) -> String? {
      Heard.listening(to: PostgresProtocolTracker(), parts, cut: { Array(0...$0) }).refusal
    }
    let up = [client(start), server(authenticated)]
    #expect(
      refusal([client([0x16, 3, 1, 2, 0])]) == "a message that begins with `\\x16\\x03\\x01\\x02`"
    )
    #expect(refusal([client(message(nil, [0, 2, 0, 0]))]) == "version 2 of the protocol")
    #expect(refusal(up + [client(message("y"))]) == "a message of kind `y`")
    #expect(refusal(up + [server(message("y"))]) == "a message of kind `y`")
    #expect(refusal(up + [server(idle)]) == "ReadyForQuery without a request")
    #expect(refusal(up + [server(done("X"))]) == "an unrequested message of kind `C`")
    let two = parse("", "COPY a FROM STDIN") + bind("") + execute + sync
    #expect(
      refusal(up + [client(two, two), server(message("G", [0, 0, 0]))])
        == "COPY FROM STDIN with other requests already under way")
  }
}
