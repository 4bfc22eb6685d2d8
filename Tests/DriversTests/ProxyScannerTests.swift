// The proxy's ear: messages end where they end, however their bytes are cut, and a reply that is to
// be lost is kept back whole while all others pass unchanged.

import Testing

@testable import Drivers

/// Cuts bytes into pieces.
private func pieces(_ bytes: [UInt8], at cuts: [Int]) -> [[UInt8]] {
  let ends = [0] + cuts.sorted() + [bytes.count]
  return zip(ends, ends.dropFirst()).map { Array(bytes[$0..<$1]) }
}

/// Cuts: none, at each position, after every byte, and some at random.
private func cuttings(of count: Int, seed: UInt64) -> [[Int]] {
  var random = SeededChance(seed: seed)
  let few = (0..<20).map { _ in
    (0..<Int.random(in: 1...6, using: &random)).map { _ in Int.random(in: 0...count, using: &random)
    }
  }
  return [[]] + (0...count).map { [$0] } + [Array(0...count)] + few
}

/// A random RESP value, at most so deep.
private func randomValue(_ depth: Int, _ random: inout SeededChance) -> [UInt8] {
  switch Int.random(in: 0..<(depth > 0 ? 8 : 7), using: &random) {
  case 0: return Array("+OK\r\n".utf8)
  case 1: return Array("-ERR no \r such\r\n".utf8)
  case 2: return Array(":-42\r\n".utf8)
  case 3: return Array("$-1\r\n".utf8)
  case 4: return Array("*-1\r\n".utf8)
  case 5: return Array("$0\r\n\r\n".utf8)
  case 6:
    // Bytes that look like RESP must not be taken for it.
    let text = ["\r\n", "$5\r\n*3\r\n", "abc", "+OK\r\n"].randomElement(using: &random) ?? ""
    return Array("$\(text.utf8.count)\r\n\(text)\r\n".utf8)
  default:
    let count = Int.random(in: 0...4, using: &random)
    return Array("*\(count)\r\n".utf8)
      + (0..<count).flatMap { _ in randomValue(depth - 1, &random) }
  }
}

private func command(_ words: String...) -> [UInt8] {
  Array("*\(words.count)\r\n".utf8)
    + words.flatMap { Array("$\($0.utf8.count)\r\n\($0)\r\n".utf8) }
}

/// A message of PostgreSQL's protocol; without a kind, as a client's first.
private func message(_ kind: Character?, _ body: [UInt8]) -> [UInt8] {
  let length = body.count + 4
  return (kind?.asciiValue.map { [$0] } ?? [])
    + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
}

private func zeroEnded(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) + [0] } }

@Suite("A proxy's scanners")
struct ProxyScannerTests {
  @Test("a RESP value ends where it ends, cut anywhere", arguments: 0..<40)
  func respEnds(_ number: Int) {
    var random = SeededChance(seed: UInt64(number))
    let values = (0..<5).map { _ in randomValue(3, &random) }
    let bytes = values.flatMap(\.self)
    let ends = values.indices.map { values[...$0].reduce(0) { $0 + $1.count } }
    for cuts in cuttings(of: bytes.count, seed: UInt64(number)) {
      var scanner = RESPScanner()
      var found: [Int] = []
      var start = 0
      for piece in pieces(bytes, at: cuts) {
        var position = 0
        while let end = scanner.end(in: piece, from: position) {
          found.append(start + end)
          position = end
        }
        start += piece.count
      }
      #expect(found == ends, "seed \(number), cuts \(cuts)")
    }
  }

  @Test(
    "what is no RESP is noticed and never passes for it",
    arguments: ["HELLO\r\n", "$abc\r\n", "*1x\r\n", "$--1\r\n", "$99999999999999999999\r\n"])
  func respBroken(_ text: String) {
    var scanner = RESPScanner()
    #expect(scanner.end(in: Array(text.utf8), from: 0) == nil)
    #expect(scanner.isBroken)
    #expect(scanner.end(in: Array("+OK\r\n".utf8), from: 0) == nil)
  }

  @Test("a PostgreSQL message with an impossible length is noticed")
  func postgresBroken() {
    var scanner = PostgresScanner(isTyped: true)
    #expect(scanner.next(in: [90, 0, 0, 0, 3, 0, 0], from: 0) == nil)
    #expect(scanner.isBroken)
  }
}

@Suite("A proxy's conversations")
struct ProxyConversationTests {
  /// Each direction in pieces; all requests first.
  private func carry(
    _ conversation: some Conversation, _ requests: [UInt8], _ replies: [UInt8], cuts: [Int],
    losing verb: String
  ) -> (asked: [ProxyRequest], passed: [UInt8], lost: LostReply?) {
    var conversation = conversation
    var asked: [ProxyRequest] = []
    for piece in pieces(requests, at: cuts.map { min($0, requests.count) }) {
      conversation.fromClient(piece) { request in
        asked.append(request)
        return request.verb == verb
      }
    }
    var passed: [UInt8] = []
    for piece in pieces(replies, at: cuts.map { min($0, replies.count) }) {
      let (bytes, lost) = conversation.fromServer(piece)
      passed += bytes
      if let lost { return (asked, passed, lost) }
    }
    return (asked, passed, nil)
  }

  @Test("Redis: exactly the reply to the chosen command is lost, cut anywhere")
  func redis() {
    let requests =
      command("CLIENT", "SETNAME", "p7") + command("get", "a") + command("DECR", "a")
      + command("PING")
    let before = Array("+OK\r\n$2\r\n41\r\n".utf8)
    let doomed = Array("*2\r\n:40\r\n$4\r\n:1\r\n\r\n".utf8)
    let replies = before + doomed + Array("+PONG\r\n".utf8)
    for cuts in cuttings(of: max(requests.count, replies.count), seed: 1) {
      let (asked, passed, lost) = carry(
        RedisConversation(), requests, replies, cuts: cuts, losing: "DECR")
      #expect(asked.map(\.verb) == ["CLIENT", "GET", "DECR", "PING"], "cuts \(cuts)")
      #expect(asked.last?.client == "p7" && asked[2].text == "DECR a")
      #expect(passed == before, "cuts \(cuts)")
      #expect(lost?.bytes == doomed && lost?.request.verb == "DECR", "cuts \(cuts)")
      let whole = carry(RedisConversation(), requests, replies, cuts: cuts, losing: "none")
      #expect(whole.passed == replies && whole.lost == nil, "cuts \(cuts)")
    }
  }

  @Test("Redis: what MULTI queues is part of a transaction; a subscriber loses nothing")
  func redisModes() {
    let requests =
      command("MULTI") + command("DECR", "a") + command("EXEC") + command("DECR", "a")
      + command("SUBSCRIBE", "c")
    let (asked, _, _) = carry(RedisConversation(), requests, [], cuts: [], losing: "none")
    #expect(
      asked.map(\.inTransaction) == [false, true, false, false], "a subscription is not asked about"
    )
    let pushes = Array("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\n0\r\n".utf8)
    let (_, passed, lost) = carry(
      RedisConversation(), command("SUBSCRIBE", "c"), pushes + pushes, cuts: [],
      losing: "SUBSCRIBE")
    #expect(passed == pushes + pushes && lost == nil)
  }

  @Test("PostgreSQL: exactly the answer to the chosen statement is lost, cut anywhere")
  func postgres() {
    let requests =
      message(nil, [4, 210, 22, 47])  // SSLRequest
      + message(nil, [0, 3, 0, 0] + zeroEnded("user", "u", "application_name", "p3", ""))
      + message("Q", zeroEnded("BEGIN")) + message("P", zeroEnded("s1", "UPDATE x") + [0, 0])
      + message("S", []) + message("B", zeroEnded("", "s1") + [0, 0, 0, 0, 0, 0])
      + message("D", zeroEnded("P")) + message("E", zeroEnded("") + [0, 0, 0, 0])
      + message("S", []) + message("Q", zeroEnded("COMMIT")) + message("X", [])
    let idle = message("Z", [0x49])
    let open = message("Z", [0x54])
    let before =
      [UInt8(ascii: "N")] + message("R", [0, 0, 0, 0]) + idle + message("C", zeroEnded("BEGIN"))
      + open + message("1", []) + open + message("2", []) + message("n", [])
      + message("C", zeroEnded("UPDATE 1")) + open
    let doomed = message("C", zeroEnded("COMMIT")) + idle
    for cuts in cuttings(of: max(requests.count, before.count), seed: 2) {
      let (asked, passed, lost) = carry(
        PostgresConversation(), requests, before + doomed, cuts: cuts, losing: "COMMIT")
      #expect(asked.map(\.verb) == ["BEGIN", "", "UPDATE", "COMMIT"], "cuts \(cuts)")
      #expect(asked.allSatisfy { $0.client == "p3" })
      #expect(passed == before, "cuts \(cuts)")
      #expect(lost?.bytes == doomed, "cuts \(cuts)")
    }
  }

  @Test("PostgreSQL: a statement knows whether it stands in a transaction")
  func postgresStatus() {
    var conversation = PostgresConversation()
    var asked: [ProxyRequest] = []
    func ask(_ text: String, then status: UInt8) {
      conversation.fromClient(message("Q", zeroEnded(text))) { request in
        asked.append(request)
        return false
      }
      _ = conversation.fromServer(message("Z", [status]))
    }
    conversation.fromClient(message(nil, [0, 3, 0, 0, 0])) { _ in false }
    _ = conversation.fromServer(message("Z", [0x49]))
    ask("UPDATE a", then: 0x49)
    ask("BEGIN", then: 0x54)
    ask("UPDATE b", then: 0x45)
    ask("ROLLBACK", then: 0x49)
    #expect(asked.map(\.inTransaction) == [false, false, true, true])
  }
}
