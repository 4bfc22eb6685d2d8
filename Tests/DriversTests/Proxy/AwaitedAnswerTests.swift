// Whether a server owes an answer, and what waits at a gate: told by the trackers alone.

import Testing

@testable import Drivers

@Suite("What a connection is owed")
struct AwaitedAnswerTests {
  @Test("Redis: from a command's end to its reply's")
  func redis() {
    var tracker = RedisProtocolTracker()
    func ask(_ text: String) -> [ProxyRequest] {
      tracker.fromClient(Array(text.utf8), at: 0) { _ in false }.requests
    }
    #expect(!tracker.isAwaited)
    #expect(ask("*2\r\n$3\r\nGET\r\n$1\r\n").isEmpty && !tracker.isAwaited)
    #expect(ask("a\r\n*1\r\n$4\r\nPING\r\n").map(\.verb) == ["GET", "PING"])
    _ = tracker.fromServer(Array("$1\r\n5\r\n".utf8), at: 0)
    #expect(tracker.isAwaited)
    _ = tracker.fromServer(Array("+PONG\r\n".utf8), at: 0)
    #expect(!tracker.isAwaited)
    #expect(ask("*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n").map(\.verb) == ["SUBSCRIBE"])
  }

  private func message(_ kind: Unicode.Scalar?, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(body.count + 4)
    return (kind.map { [UInt8(ascii: $0)] } ?? [])
      + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + body
  }

  @Test("PostgreSQL: a session starts, and what is flushed is owed as much as what is synced")
  func postgres() {
    var tracker = PostgresProtocolTracker()
    func ask(_ bytes: [UInt8]) -> [String] {
      tracker.fromClient(bytes, at: 0) { _ in false }.requests.map(\.verb)
    }
    func hear(_ bytes: [UInt8]) { _ = tracker.fromServer(bytes, at: 0) }
    #expect(tracker.isStarting)
    _ = ask(message(nil, [0, 3, 0, 0] + Array("user\0me\0\0".utf8)))
    #expect(tracker.isAwaited)
    hear(message("K", [0, 0, 1, 2, 9, 9, 9, 9]) + message("Z", Array("I".utf8)))
    #expect(!tracker.isStarting && !tracker.isAwaited && tracker.session == 258)

    let parse = message("P", Array("s\0UPDATE stock SET units = 1\0\0\0".utf8))
    #expect(ask(parse + message("H", [])).isEmpty)
    #expect(tracker.isAwaited && tracker.unended == nil)
    hear(message("1", []))
    #expect(!tracker.isAwaited)

    let bind = message("B", Array("\0s\0".utf8) + [0, 0, 0, 0, 0, 0])
    #expect(ask(bind + message("E", [0, 0, 0, 0, 0])).isEmpty)
    #expect(tracker.unended?.verb == "UPDATE" && !tracker.isAwaited)
    #expect(ask(message("S", [])) == ["UPDATE"])
    #expect(tracker.isAwaited)
    hear(message("2", []) + message("C", Array("UPDATE 1\0".utf8)))
    #expect(tracker.isAwaited)
    hear(message("Z", Array("I".utf8)))
    #expect(!tracker.isAwaited)
  }
}
