// A client's talk with Redis, followed: each reply to its request, whatever comes between them, cut
// anywhere; and exactly one reply lost while all others pass unchanged.

import Support
import Testing

@testable import Drivers

@Suite("A proxy's conversation with Redis")
struct RedisProtocolTrackerTests {
  /// What is heard, however it is cut.
  private func hear(
    _ parts: [(isClient: Bool, bytes: [UInt8])], login: ProxyLogin? = nil,
    losing verb: String = "none"
  ) -> Heard {
    let tracker = RedisProtocolTracker(login: login)
    let whole = Heard.listening(to: tracker, parts, losing: { $0.verb == verb })
    for seed in 0..<40 {
      let cut = Heard.listening(
        to: tracker, parts, cut: { randomCuts($0, seed: UInt64(seed)) },
        losing: { $0.verb == verb })
      #expect(cut == whole, "seed \(seed)")
    }
    let single = Heard.listening(
      to: tracker, parts, cut: { Array(0...$0) }, losing: { $0.verb == verb })
    #expect(single == whole)
    return whole
  }

  private func randomCuts(_ count: Int, seed: UInt64) -> [Int] {
    var random = SeededGenerator(seed: seed)
    return (0..<Int.random(in: 1...8, using: &random)).map { _ in
      Int.random(in: 0...count, using: &random)
    }
  }

  @Test("exactly the reply to the chosen command is lost, cut anywhere")
  func lost() {
    let requests = client(
      command("CLIENT", "SETNAME", "p7"), command("get", "a"), command("DECR", "a"),
      command("PING"))
    let doomed = "*2\r\n:40\r\n$4\r\n:1\r\n\r\n"
    let replies = server("+OK\r\n$2\r\n41\r\n", doomed, "+PONG\r\n")
    let heard = hear([requests, replies], losing: "DECR")
    #expect(heard.asked.map(\.verb) == ["CLIENT", "GET", "DECR", "PING"])
    #expect(heard.asked.last?.client == "p7" && heard.asked[2].text == "DECR a")
    #expect(heard.toClient == Array("+OK\r\n$2\r\n41\r\n".utf8))
    #expect(heard.lost == Array(doomed.utf8) && heard.lostRequest?.verb == "DECR")
    let whole = hear([requests, replies])
    #expect(whole.toClient == replies.bytes && whole.lost == nil && whole.refusal == nil)
    #expect(whole.toServer == requests.bytes)
  }

  @Test("version 3: maps, attributes and pushes between replies, none of them an answer")
  func version3() {
    let push = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n"
    let attribute = "|1\r\n+ttl\r\n:3600\r\n"
    let heard = hear(
      [
        client(command("HELLO", "3", "SETNAME", "shop"), command("HGETALL", "h")),
        server("%2\r\n$5\r\nproto\r\n:3\r\n$4\r\nmode\r\n$2\r\nok\r\n", push, "%1\r\n+a\r\n:1\r\n"),
        client(command("GET", "a"), command("SISMEMBER", "s", "x")),
        server(attribute, "$1\r\n7\r\n", push, "#t\r\n", push),
      ])
    #expect(heard.refusal == nil && heard.asked.allSatisfy { $0.client == "shop" })
    #expect(heard.exchanges[1] == "HGETALL h → %1\r\n+a\r\n:1\r\n")
    #expect(
      heard.exchanges[2...] == ["GET a → \(attribute)$1\r\n7\r\n", "SISMEMBER s x → #t\r\n"])
  }

  @Test("a push before the reply that is lost passes; the reply's attribute is lost with it")
  func pushBeforeLost() {
    let push = ">1\r\n+x\r\n"
    let heard = hear(
      [client(command("DECR", "a")), server(push, "|1\r\n+k\r\n+v\r\n:4\r\n")], losing: "DECR")
    #expect(heard.toClient == Array(push.utf8))
    #expect(heard.lost == Array("|1\r\n+k\r\n+v\r\n:4\r\n".utf8))
  }

  @Test("version 3: SUBSCRIBE is confirmed by pushes and ends nothing")
  func subscribe3() {
    func confirmation(_ kind: String, _ channel: String, _ count: Int) -> String {
      ">3\r\n$\(kind.utf8.count)\r\n\(kind)\r\n$1\r\n\(channel)\r\n:\(count)\r\n"
    }
    let message = ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n0\r\n"
    let heard = hear(
      [
        client(command("HELLO", "3")), server("%0\r\n"),
        client(command("SUBSCRIBE", "a", "b"), command("DECR", "n")),
        server(confirmation("subscribe", "a", 1), message, confirmation("subscribe", "b", 2)),
        server(message, ":4\r\n", message),
        client(command("UNSUBSCRIBE"), command("LRANGE", "l", "0", "-1")),
        server(confirmation("unsubscribe", "a", 1), confirmation("unsubscribe", "b", 0)),
        server("*1\r\n$7\r\nmessage\r\n"),
      ])
    #expect(heard.refusal == nil)
    #expect(heard.exchanges.contains("DECR n → :4\r\n"))
    #expect(heard.exchanges.last == "LRANGE l 0 -1 → *1\r\n$7\r\nmessage\r\n")
    #expect(heard.asked.map(\.verb) == ["HELLO", "DECR", "LRANGE"])
  }

  @Test("version 2: after the last UNSUBSCRIBE replies answer commands again")
  func subscribe2() {
    func confirmation(_ kind: String, _ count: Int) -> String {
      "*3\r\n$\(kind.utf8.count)\r\n\(kind)\r\n$1\r\nc\r\n:\(count)\r\n"
    }
    let message = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\n0\r\n"
    let heard = hear(
      [
        client(command("SUBSCRIBE", "c")), server(confirmation("subscribe", 1), message),
        client(command("PING")), server("*2\r\n$4\r\npong\r\n$0\r\n\r\n", message),
        client(command("UNSUBSCRIBE")), server(message, confirmation("unsubscribe", 0)),
        client(command("DECR", "a")), server(":4\r\n"),
      ], losing: "DECR")
    #expect(heard.refusal == nil && heard.asked.map(\.verb) == ["PING", "DECR"])
    #expect(heard.lost == Array(":4\r\n".utf8))
  }

  @Test("what MULTI queues is part of a transaction; a queued command has one reply")
  func transactions() {
    let heard = hear(
      [
        client(command("MULTI"), command("DECR", "a"), command("EXEC"), command("DECR", "a")),
        server("+OK\r\n+QUEUED\r\n*1\r\n:4\r\n:3\r\n"),
      ])
    #expect(heard.asked.map(\.inTransaction) == [false, true, false, false])
    #expect(heard.exchanges[2...] == ["EXEC → *1\r\n:4\r\n", "DECR a → :3\r\n"])
  }

  @Test("commands that nobody answers: CLIENT REPLY, empty ones; inline ones are answered")
  func silent() {
    let heard = hear(
      [
        client(
          command("CLIENT", "REPLY", "SKIP"), command("SET", "a", "1"), command("GET", "a"),
          command("CLIENT", "REPLY", "OFF"), command("SET", "a", "2"),
          command("CLIENT", "REPLY", "ON"), Array("\r\n*0\r\nget a\r\n".utf8)),
        server("$1\r\n1\r\n+OK\r\n$1\r\n2\r\n"),
      ])
    #expect(
      heard.exchanges
        == ["GET a → $1\r\n1\r\n", "CLIENT REPLY ON → +OK\r\n", "get a → $1\r\n2\r\n"])
  }

  @Test(
    "the proxy signs in by itself: without a password, with an empty one, with a wrong one",
    arguments: [
      [], ["AUTH", ""], ["AUTH", "root", "1234"], ["HELLO", "3", "AUTH", "u", "", "SETNAME", "x"],
    ])
  func login(_ greeting: [String]) {
    let login = ProxyLogin(password: "secret")
    let own = command("AUTH", "secret")
    let sent = greeting.isEmpty ? [] : command(greeting)
    let heard = hear(
      [
        server("+OK\r\n"), client(sent, command("GET", "a")),
        server(greeting.isEmpty ? "" : "+OK\r\n", "$1\r\n7\r\n"),
      ], login: login)
    let known =
      switch greeting.first {
      case "AUTH": own
      case "HELLO": command("HELLO", "3", "AUTH", "default", "secret", "SETNAME", "x")
      default: [UInt8]()
      }
    #expect(heard.toServer == own + known + command("GET", "a"))
    #expect(
      heard.toClient == Array((greeting.isEmpty ? "" : "+OK\r\n").utf8) + Array("$1\r\n7\r\n".utf8))
    #expect(heard.exchanges.last == "GET a → $1\r\n7\r\n" && heard.refusal == nil)
  }

  @Test("after RESET the proxy signs in again; what is refused is said")
  func loginAgain() {
    let login = ProxyLogin(user: "u", password: "p")
    let own = command("AUTH", "u", "p")
    let heard = hear(
      [client(command("RESET"), command("PING")), server("+OK\r\n+RESET\r\n+OK\r\n+PONG\r\n")],
      login: login)
    #expect(heard.toServer == own + command("RESET") + own + command("PING"))
    #expect(heard.toClient == Array("+RESET\r\n+PONG\r\n".utf8))
    let refused = hear([server("-WRONGPASS no\r\n")], login: login)
    #expect(refused.refusal == "a refusal of its own password" && refused.toClient.isEmpty)
  }

  @Test("a long command passes before it is whole, although the proxy signs in")
  func longCommand() {
    var tracker = RedisProtocolTracker(login: ProxyLogin(password: "p"))
    let long = command("SET", "a", String(repeating: "x", count: 100_000))
    let first = tracker.fromClient(Array(long.prefix(50_000)), at: 0) { _ in false }
    let second = tracker.fromClient(Array(long.dropFirst(50_000)), at: 0) { _ in false }
    #expect(first.toServer.count == 50_000 && first.toServer + second.toServer == long)
  }

  @Test("whole words go with a request, and how much of it is missing")
  func words() {
    let script = String(repeating: "-", count: 300)
    let heard = hear([client(command("EVAL", script, "1", "stock:3", "49"))])
    let request = heard.asked.first
    #expect(request?.words.dropFirst(2) == ["1", "stock:3", "49"] && request?.cut == 44)
  }

  @Test(
    "what can't be followed is said",
    arguments: [
      (client(command("MONITOR")), "MONITOR, after which replies answer nothing"),
      (client(command("PSYNC", "?", "-1")), "PSYNC, after which replies answer nothing"),
      (client([0x16, 3, 1, 2, 0]), "a command that begins with `\\x16\\x03\\x01\\x02\\x00`"),
      (server(":1\r\n"), "a reply to nothing"),
      (server("?1\r\n"), "a reply that begins with `?1\\x0d\\x0a`"),
    ])
  func unfollowed(_ part: (isClient: Bool, bytes: [UInt8]), _ refusal: String) {
    #expect(Heard.listening(to: RedisProtocolTracker(), [part]).refusal == refusal)
  }

  @Test("a server that says goodbye unasked is heard")
  func goodbye() {
    let heard = hear([server("-ERR max number of clients reached\r\n")])
    #expect(heard.refusal == nil && !heard.toClient.isEmpty)
  }
}
