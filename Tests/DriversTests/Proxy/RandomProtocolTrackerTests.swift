// Random sessions, of which the one that made them up knows every answer: sent in any pieces, each reply
// is heard to answer what it answers.

import Support
import Testing

@testable import Drivers

/// A session with Redis: what is sent each way, and what answers what.
private struct MadeUpSession {
  var parts: [(isClient: Bool, bytes: [UInt8])] = []
  var exchanges: [String] = []

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    parts = [client(command("HELLO", "3")), server("%0\r\n")]
    exchanges = ["HELLO 3 → %0\r\n"]
    for number in 0..<12 {
      var requests: [UInt8] = []
      var replies: [UInt8] = []
      for member in 0..<Int.random(in: 1...4, using: &random) {
        // A push before it, now and then, and in its place for what is subscribed to.
        if Bool.random(using: &random) {
          replies += Array(">1\r\n".utf8) + randomValue(1, &random)
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
          let channel = "c\(number)-\(member)"
          requests += command("SUBSCRIBE", channel)
          let push = ">3\r\n$9\r\nsubscribe\r\n$\(channel.utf8.count)\r\n\(channel)\r\n:1\r\n"
          replies += Array(push.utf8)
          exchanges.append("SUBSCRIBE \(channel) → \(push)")
        } else {
          requests +=
            Bool.random(using: &random)
            ? command("GET", "k\(number)") : Array("GET k\(number)\r\n".utf8)
          let reply = randomValue(2, &random)
          replies += reply
          exchanges.append("GET k\(number) → \(String(decoding: reply, as: UTF8.self))")
        }
      }
      parts += [client(requests), (false, replies)]
    }
  }
}

@Suite("Random sessions through a proxy")
struct RandomProtocolTrackerTests {
  @Test("every reply is heard to answer its request, cut anywhere", arguments: 0..<60)
  func redis(_ number: Int) {
    let seed = UInt64(9000 + number)
    let session = MadeUpSession(seed: seed)
    for run in 0..<20 {
      var random = SeededGenerator(seed: seed + UInt64(run))
      let heard = Heard.listening(
        to: RedisProtocolTracker(), session.parts,
        cut: { count in
          (0..<Int.random(in: 0...12, using: &random)).map { _ in
            Int.random(in: 0...count, using: &random)
          }
        })
      #expect(heard.exchanges == session.exchanges, "seed \(seed), run \(run)")
      #expect(heard.refusal == nil, "seed \(seed), run \(run)")
      #expect(heard.toClient == session.parts.filter { !$0.isClient }.flatMap(\.bytes))
      #expect(heard.toServer == session.parts.filter(\.isClient).flatMap(\.bytes))
    }
  }
}
