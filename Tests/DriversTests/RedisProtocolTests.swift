// Commands as bytes, numbers as text, replies as Swift values: the pure part of speaking RESP.

import Support
import Testing

@testable import Drivers

@Suite struct RedisProtocolTests {
  /// The specification, word for word.
  private func encoded(_ words: [[UInt8]]) -> [UInt8] {
    Array("*\(words.count)\r\n".utf8)
      + words.flatMap { Array("$\($0.count)\r\n".utf8) + $0 + Array("\r\n".utf8) }
  }

  @Test func `a command is an array of bulk strings`() {
    let command = RedisCommand(
      "SET", ["item-0", 57, .text("é"), .bytes([0, 13, 10, 255]), ""], effect: .write)
    let words: [[UInt8]] = [
      Array("SET".utf8), Array("item-0".utf8), Array("57".utf8), Array("é".utf8),
      [0, 13, 10, 255], [],
    ]
    #expect(command.bytes == encoded(words))
    #expect(RedisCommand("PING", effect: .read).bytes == encoded([Array("PING".utf8)]))
  }

  @Test func `random commands are encoded as the specification says, and shown as typed`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let words = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
        (0..<Int.random(in: 0..<130, using: &random)).map { _ in
          UInt8.random(in: 33..<127, using: &random)
        }
      }
      let command = RedisCommand("X", words.map { .bytes($0) }, effect: .read)
      #expect(command.bytes == encoded([[0x58]] + words), "seed \(seed)")
      let text = ([[0x58]] + words).map { String(decoding: $0, as: UTF8.self) }
      #expect(command.description == text.joined(separator: " "), "seed \(seed)")
    }
  }

  @Test(arguments: [
    0, 7, 9, 10, 99, 100, -1, -9, -10, 1 << 53, Int.max, Int.min, Int.min + 1,
  ])
  func `numbers go out and come back as decimals`(_ number: Int) {
    let command = RedisCommand("X", [.integer(number)], effect: .read)
    #expect(command.bytes == encoded([[0x58], Array("\(number)".utf8)]))
    #expect(Int(decimal: Array("\(number)".utf8)) == number)
    #expect(RedisReply.bulk(Array("\(number)".utf8)).integer == number)
  }

  @Test(arguments: [
    "", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "9223372036854775808",
    "-9223372036854775809", "99999999999999999999", "٣",
  ])
  func `what is not a decimal number as a whole is no number`(_ text: String) {
    #expect(Int(decimal: Array(text.utf8)) == nil)
    #expect(RedisReply.bulk(Array(text.utf8)).integer == nil)
  }

  @Test func `a reply gives what it has and nothing else`() {
    #expect(RedisReply.integer(3).integer == 3)
    #expect(RedisReply.integer(3).text == nil)
    #expect(RedisReply.null.integer == nil)
    #expect(RedisReply.status("OK").isOK && !RedisReply.bulk(Array("OK".utf8)).isOK)
    #expect(RedisReply.bulk([0xff]).text == nil)
    #expect(RedisReply.array([.null]).elements == [.null])
    #expect(RedisReply.bulk([]).elements == nil)
  }
}

@Suite struct RedisSubscriptionTests {
  private func push(_ kind: String, _ channel: String, _ last: String) -> String {
    "*3\r\n$\(kind.utf8.count)\r\n\(kind)\r\n$\(channel.utf8.count)\r\n\(channel)\r\n\(last)"
  }

  private func message(_ channel: String, _ text: String) -> String {
    push("message", channel, "$\(text.utf8.count)\r\n\(text)\r\n")
  }

  private let subscribe = RedisCommand("SUBSCRIBE", ["c"], effect: .read)
  private let unsubscribe = RedisCommand("UNSUBSCRIBE", ["c"], effect: .read)
  private var later: Int64 { EventLoop.now() + 20_000_000_000 }

  private func play<Result: Sendable>(
    _ client: @Sendable @escaping (RedisSubscription) async throws -> Result,
    against server: @Sendable @escaping (RedisPeer, EventLoop) async throws -> Void
  ) async throws -> Result {
    try await EventLoop.run { loop async throws -> Result in
      let (subscription, peer) = try RedisPeer.subscribed(on: loop)
      async let served: Void = server(peer, loop)
      let result = try await client(subscription)
      try await served
      subscription.close()
      peer.close()
      return result
    }
  }

  @Test func `messages come in order, also those that came before the confirmation`() async throws {
    let texts = try await play { subscription in
      try await subscription.subscribe("c", deadline: later)
      var texts: [String?] = []
      for _ in 0..<3 { texts.append(try await subscription.next(deadline: later)?.text) }
      texts.append(try await subscription.next(deadline: EventLoop.now() + 1_000_000)?.text)
      return texts
    } against: { peer, loop in
      try await peer.expect(subscribe)
      // One of another channel, subscribed earlier.
      peer.answer(message("b", "1") + push("subscribe", "c", ":2\r\n") + message("c", "2"))
      await loop.sleep(for: .milliseconds(1))
      peer.answer(message("c", "3"))
    }
    #expect(texts == ["1", "2", "3", nil])
  }

  @Test func `unsubscribing forgets the channel's messages and no others`() async throws {
    let texts = try await play { subscription in
      try await subscription.subscribe("c", deadline: later)
      try await subscription.unsubscribe("c", deadline: later)
      let first = try await subscription.next(deadline: later)?.text
      return [first, try await subscription.next(deadline: EventLoop.now())?.text]
    } against: { peer, _ in
      try await peer.expect(subscribe)
      peer.answer(push("subscribe", "c", ":2\r\n") + message("c", "1") + message("b", "2"))
      try await peer.expect(unsubscribe)
      peer.answer(push("unsubscribe", "c", ":1\r\n"))
    }
    #expect(texts == ["2", nil])
  }

  @Test func `what came before the connection was lost is still read`() async throws {
    let (text, failure) = try await play { subscription in
      try await subscription.subscribe("c", deadline: later)
      while subscription.isOpen { await subscription.loop.sleep(for: .microseconds(100)) }
      let text = try await subscription.next(deadline: later)?.text
      do throws(Failure) {
        _ = try await subscription.next(deadline: later)
        return (text, Failure?.none)
      } catch {
        return (text, error)
      }
    } against: { peer, _ in
      try await peer.expect(subscribe)
      peer.answer(push("subscribe", "c", ":1\r\n") + message("c", "last"))
      peer.close()
    }
    #expect(text == "last" && failure == .definite(.connectionClosed))
  }

  @Test func `a confirmation that does not come closes the connection`() async throws {
    let (failure, isOpen) = try await play { subscription in
      do throws(Failure) {
        try await subscription.subscribe("c", deadline: EventLoop.now() + 1_000_000)
        return (Failure?.none, subscription.isOpen)
      } catch {
        return (error, subscription.isOpen)
      }
    } against: { peer, _ in
      try await peer.expect(subscribe)
      try await peer.expectEnd()
    }
    #expect(failure == .definite(.timeout) && !isOpen)
  }

  @Test func `cancelling ends a wait for a message, and the next wait works`() async throws {
    let texts = try await play { subscription in
      try await subscription.subscribe("c", deadline: later)
      let later = later
      let task = Task(executorPreference: subscription.loop) {
        try await subscription.next(deadline: later)?.text
      }
      await subscription.loop.sleep(for: .microseconds(500))
      task.cancel()
      let cancelled = try await task.value
      return [cancelled, try await subscription.next(deadline: later)?.text]
    } against: { peer, loop in
      try await peer.expect(subscribe)
      peer.answer(push("subscribe", "c", ":1\r\n"))
      await loop.sleep(for: .milliseconds(5))
      peer.answer(message("c", "1"))
    }
    #expect(texts == [nil, "1"])
  }
}
