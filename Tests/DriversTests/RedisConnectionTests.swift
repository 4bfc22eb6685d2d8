// What a connection makes of a server that answers, dawdles, refuses, lies or goes away: above all
// what each lost answer proves.

import Support
import Testing

@testable import Drivers

private let get = RedisCommand("GET", ["k"], effect: .read)
private let decr = RedisCommand("DECR", ["k"], effect: .write)
private let eval = RedisCommand("EVAL", ["…", 0], effect: .script)
private let watch = RedisCommand("WATCH", ["k"], effect: .begin)
private let multi = RedisCommand("MULTI", effect: .begin)
private let exec = RedisCommand("EXEC", effect: .commit)
private let discard = RedisCommand("DISCARD", effect: .rollback)

@Suite struct RedisConnectionTests {
  @Test func `replies arrive however they are cut into pieces`() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    let text = "*3\r\n$3\r\na\r\n\r\n*-1\r\n*2\r\n:-7\r\n-ERR no\r\n"
    let expected = RedisReply.array([
      .bulk([0x61, 13, 10]), .null, .array([.integer(-7), .error("ERR no")]),
    ])
    let endings = try await play { connection in
      var endings: [Ending] = []
      for _ in 0..<30 { endings.append(await connection.ending(get)) }
      return endings
    } against: { peer, connection in
      var random = SeededGenerator(seed: seed)
      for _ in 0..<30 {
        try await peer.expect(get)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
          let piece = rest.prefix(Int.random(in: 1...12, using: &random))
          peer.answer(piece)
          rest = rest.dropFirst(piece.count)
          await connection.loop.sleep(for: .microseconds(1))
        }
      }
    }
    #expect(endings == Array(repeating: .reply(expected), count: 30), "seed \(seed)")
  }

  @Test func `a pipeline's replies keep their places, and the next command gets its own`()
    async throws
  {
    let endings = try await play { connection in
      [await connection.ending([decr, get, decr]), await connection.ending(get)]
    } against: { peer, _ in
      try await peer.expect(decr, get, decr)
      peer.answer(":4\r\n$1\r\n4\r\n-ERR no\r\n")
      try await peer.expect(get)
      peer.answer("$1\r\n9\r\n")
    }
    #expect(endings[0] == .replies([.integer(4), .bulk([0x34]), .error("ERR no")]))
    #expect(endings[1] == .reply(.bulk([0x39])))
  }

  @Test(arguments: [false, true])
  func `a command larger than the socket's buffer goes out whole`(_ gathering: Bool) async throws {
    let value = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let set = RedisCommand("SET", ["k", .bytes(value)], effect: .write)
    let endings = try await play(gathering: gathering) { connection in
      [await connection.ending(set), await connection.ending(get)]
    } against: { peer, _ in
      try await peer.expect(set)
      peer.answer("+OK\r\n")
      try await peer.expect(get)
      peer.answer(":1\r\n")
    }
    #expect(endings == [.reply(.status("OK")), .reply(.integer(1))])
  }

  @Test(arguments: [false, true])
  func `gathered commands leave before the loop waits, and not if the connection is closed first`(
    _ gathering: Bool
  ) async throws {
    let ending = try await play(gathering: gathering) {
      await $0.ending(decr)
    } against: { peer, connection in
      // The client came first: its command has left, or is held back.
      connection.close()
      if gathering { try await peer.expectEnd() } else { try await peer.expect(decr) }
    }
    #expect(
      ending == .failure(Failure(gathering ? .definite : .indefinite, .connectionClosed)))
  }

  @Test func `an answer nobody asked for closes the connection`() async throws {
    let ending = try await play { connection in
      let deadline = EventLoop.now() + 20_000_000_000
      while connection.isOpen, EventLoop.now() < deadline {
        await connection.loop.sleep(for: .milliseconds(1))
      }
      return await connection.ending(decr)
    } against: { peer, _ in
      peer.answer(":1\r\n")
      try await peer.expectEnd()
    }
    #expect(ending == .failure(.definite(.connectionClosed)))
  }

  @Test func `bytes that are no RESP close the connection, and prove nothing`() async throws {
    let ending = try await play {
      await $0.ending(decr)
    } against: { peer, _ in
      try await peer.expect(decr)
      peer.answer("HTTP/1.1 200 OK\r\n")
    }
    guard case .failure(let failure) = ending, case .protocolViolation = failure.reason else {
      Issue.record("\(ending)")
      return
    }
    #expect(failure.certainty == .indefinite)
  }

  @Test func `an alarm set for an early deadline does not end a later command`() async throws {
    let endings = try await play { connection in
      let first = await connection.ending(get, within: 3_000_000)
      return [first, await connection.ending(get, within: 20_000_000_000)]
    } against: { peer, connection in
      try await peer.expect(get)
      peer.answer(":1\r\n")
      try await peer.expect(get)
      await connection.loop.sleep(for: .milliseconds(6))
      peer.answer(":2\r\n")
    }
    #expect(endings == [.reply(.integer(1)), .reply(.integer(2))])
  }

  @Test func `a deadline earlier than the last command's is kept`() async throws {
    let endings = try await play { connection in
      let first = await connection.ending(get, within: 600_000_000_000)
      return [first, await connection.ending(get, within: 2_000_000)]
    } against: { peer, _ in
      try await peer.expect(get)
      peer.answer(":1\r\n")
      try await peer.expect(get)
      try await peer.expectEnd()
    }
    #expect(endings == [.reply(.integer(1)), .failure(.definite(.timeout))])
  }
}

/// What is sent, and what its loss proves.
private struct Loss: Sendable, CustomTestStringConvertible {
  var sent: [RedisCommand]
  /// Commands before it, and how they are answered.
  var before: [(RedisCommand, String)] = []
  var proves: Failure.Certainty

  var testDescription: String {
    (before.map(\.0) + sent).map(\.description).joined(separator: ", ") + ": \(proves)"
  }

  static let all = [
    Loss(sent: [get], proves: .definite),
    Loss(sent: [decr], proves: .indefinite),
    Loss(sent: [eval], proves: .indefinite),
    Loss(sent: [watch], proves: .definite),
    Loss(sent: [multi], proves: .definite),
    Loss(sent: [get, get], proves: .definite),
    Loss(sent: [get, decr], proves: .indefinite),
    Loss(sent: [multi, decr], proves: .definite),
    Loss(sent: [multi, decr, exec], proves: .indefinite),
    Loss(sent: [multi, decr, discard], proves: .definite),
    Loss(sent: [multi, decr, discard, decr], proves: .indefinite),
    // After WATCH alone a write takes effect at once.
    Loss(sent: [decr], before: [(watch, "+OK\r\n")], proves: .indefinite),
    Loss(sent: [decr], before: [(multi, "+OK\r\n")], proves: .definite),
    Loss(sent: [eval], before: [(multi, "+OK\r\n")], proves: .definite),
    Loss(sent: [exec], before: [(multi, "+OK\r\n")], proves: .indefinite),
    Loss(sent: [discard], before: [(multi, "+OK\r\n")], proves: .definite),
    // MULTI was refused, or the transaction is over: nothing is queued any more.
    Loss(sent: [decr], before: [(multi, "-LOADING no\r\n")], proves: .indefinite),
    Loss(sent: [decr], before: [(multi, "+OK\r\n"), (exec, "*0\r\n")], proves: .indefinite),
    Loss(sent: [decr], before: [(multi, "+OK\r\n"), (exec, "*-1\r\n")], proves: .indefinite),
    Loss(sent: [decr], before: [(multi, "+OK\r\n"), (discard, "+OK\r\n")], proves: .indefinite),
  ]
}

@Suite struct RedisLossTests {
  @Test(arguments: Loss.all)
  fileprivate func `a connection lost after sending proves what the commands allow`(
    _ loss: Loss
  ) async throws {
    let ending = try await end(loss) { $0.close() }
    #expect(ending == .failure(Failure(loss.proves, .connectionClosed)))
  }

  @Test(arguments: Loss.all)
  fileprivate func `a timeout proves the same, and closes the connection`(_ loss: Loss) async throws
  {
    let ending = try await end(loss, within: 1_000_000) { peer in
      try await peer.expectEnd()
    }
    #expect(ending == .failure(Failure(loss.proves, .timeout)))
  }

  @Test(arguments: Loss.all)
  fileprivate func `what never left proves that nothing happened`(_ loss: Loss) async throws {
    let ending = try await play { connection in
      connection.close()
      return await connection.ending(loss.sent)
    } against: { peer, _ in
      try await peer.expectEnd()
    }
    #expect(ending == .failure(.definite(.connectionClosed)))
  }

  private func end(
    _ loss: Loss, within patience: Int64 = 20_000_000_000,
    by act: @Sendable @escaping (RedisPeer) async throws -> Void
  ) async throws -> Ending {
    try await play { connection in
      for (command, _) in loss.before { _ = await connection.ending(command) }
      return loss.sent.count == 1
        ? await connection.ending(loss.sent[0], within: patience)
        : await connection.ending(loss.sent, within: patience)
    } against: { peer, _ in
      for (command, answer) in loss.before {
        try await peer.expect(command)
        peer.answer(answer)
      }
      for command in loss.sent { try await peer.expect(command) }
      try await act(peer)
    }
  }

  @Test func `half a reply is no reply`() async throws {
    let ending = try await play {
      await $0.ending(decr)
    } against: { peer, _ in
      try await peer.expect(decr)
      peer.answer("$5\r\nhal")
      peer.close()
    }
    #expect(ending == .failure(.indefinite(.connectionClosed)))
  }

  @Test func `some replies of a pipeline are none`() async throws {
    let ending = try await play {
      await $0.ending([decr, decr])
    } against: { peer, _ in
      try await peer.expect(decr, decr)
      peer.answer(":1\r\n")
      peer.close()
    }
    #expect(ending == .failure(.indefinite(.connectionClosed)))
  }

  @Test func `closing a connection ends the command under way`() async throws {
    let ending = try await play {
      await $0.ending(decr)
    } against: { peer, connection in
      try await peer.expect(decr)
      connection.close()
    }
    #expect(ending == .failure(.indefinite(.connectionClosed)))
  }

  @Test(arguments: [
    (decr, "WRONGTYPE Operation against a key", Failure.Certainty.definite),
    (decr, "OOM command not allowed", .definite),
    (decr, "SOMETHING new", .indefinite),
    (decr, "a sentence without a code", .indefinite),
    (get, "SOMETHING new", .definite),
    (eval, "ERR user_script:1: no", .indefinite),
    (eval, "WRONGTYPE Operation … script: 065d, on @user_script:1.", .indefinite),
    (eval, "NOSCRIPT No matching script", .definite),
    (exec, "EXECABORT Transaction discarded", .definite),
  ])
  func `a server's error is thrown with what its code proves`(
    _ command: RedisCommand, _ text: String, _ certainty: Failure.Certainty
  ) async throws {
    let endings = try await play { connection in
      [await connection.ending(command), await connection.ending(get)]
    } against: { peer, _ in
      try await peer.expect(command)
      peer.answer("-\(text)\r\n")
      try await peer.expect(get)
      peer.answer(":1\r\n")
    }
    let code = RedisErrors.code(of: text)
    let message = code.isEmpty ? text : String(text.dropFirst(code.count + 1))
    #expect(endings[0] == .failure(Failure(certainty, .server(code: code, message: message))))
    // An error is an answer: the connection goes on.
    #expect(endings[1] == .reply(.integer(1)))
  }
}
