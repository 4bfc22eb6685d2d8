// What WATCH, MULTI and EXEC do on a live server, one test per claim that strategies rest on.
// Redis manual, "Transactions". Nothing here goes through a strategy.

import Testing

@testable import Drivers

private func command(
  _ verb: StaticString, _ words: RedisArgument..., effect: CommandEffect = .write
) -> RedisCommand {
  RedisCommand(verb, words, effect: effect)
}

private let watch = command("WATCH", "k", effect: .begin)
private let multi = command("MULTI", effect: .begin)
private let exec = command("EXEC", effect: .commit)

/// Two connections to a server of their own.
private struct Pair: Sendable {
  let loop: EventLoop
  let own: RedisConnection
  let other: RedisConnection

  /// WATCH k, what happens then, and a transaction that sets k to `mine`: EXEC's answer.
  func watching(_ happens: (Pair) async throws -> Void) async throws -> RedisReply? {
    _ = try await own.send(watch)
    try await happens(self)
    return try await own.send([multi, command("SET", "k", "mine"), exec]).last
  }

  func value() async throws -> String? {
    try await other.send(command("GET", "k", effect: .read)).text
  }

  /// Long past a lease of a few milliseconds, on the server's clock too.
  func letExpire() async { await loop.sleep(for: .milliseconds(50)) }
}

private func withPair(_ body: @Sendable @escaping (Pair) async throws -> Void) throws {
  try withRun { run in
    let server = try RedisServer.start(RedisOptions(), in: run)
    let address = server.address
    try EventLoop.run { loop async throws in
      let deadline = EventLoop.now() + 20_000_000_000
      let own = try await RedisConnection.open(address, on: loop, deadline: deadline)
      let other = try await RedisConnection.open(address, on: loop, deadline: deadline)
      try await body(Pair(loop: loop, own: own, other: other))
      own.close()
      other.close()
    }
    try server.stop()
  }
}

/// Something that happens between WATCH and EXEC.
private struct Happening: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// What is done before WATCH.
  var before: @Sendable (Pair) async throws -> Void = { _ in }
  let happens: @Sendable (Pair) async throws -> Void

  init(
    _ name: String, before: @escaping @Sendable (Pair) async throws -> Void = { _ in },
    _ happens: @escaping @Sendable (Pair) async throws -> Void
  ) {
    testDescription = name
    self.before = before
    self.happens = happens
  }

  private static let set: @Sendable (Pair) async throws -> Void = { pair in
    _ = try await pair.own.send(command("SET", "k", "abc"))
  }

  private static let lease: @Sendable (Pair) async throws -> Void = { pair in
    _ = try await pair.own.send(command("SET", "k", "abc", "PX", 5))
  }

  private static let endedLease: @Sendable (Pair) async throws -> Void = { pair in
    try await lease(pair)
    await pair.letExpire()
  }

  /// What makes EXEC answer nil.
  static let touching = [
    Happening("the client's own SET") { pair in
      _ = try await pair.own.send(command("SET", "k", "abc"))
    },
    Happening("another client's SET of the same value", before: set) { pair in
      _ = try await pair.other.send(command("SET", "k", "abc"))
    },
    Happening("another client's PEXPIRE", before: set) { pair in
      _ = try await pair.other.send(command("PEXPIRE", "k", 60_000))
    },
    Happening("the key's creation") { pair in
      _ = try await pair.other.send(command("SET", "k", "abc", "NX"))
    },
    Happening("the key's deletion", before: set) { pair in
      _ = try await pair.other.send(command("DEL", "k"))
    },
    Happening("a change and a change back", before: set) { pair in
      _ = try await pair.other.send(command("SET", "k", "xyz"))
      _ = try await pair.other.send(command("SET", "k", "abc"))
    },
    Happening("FLUSHALL", before: set) { pair in
      _ = try await pair.other.send(command("FLUSHALL"))
    },
    Happening("the client's own script that writes", before: set) { pair in
      let script = command("EVAL", "return redis.call('SET', KEYS[1], 'lua')", 1, "k")
      _ = try await pair.own.send(script)
    },
    Happening("the end of the key's lease, noticed by nobody", before: lease) { pair in
      await pair.letExpire()
    },
    Happening("the end of the key's lease, noticed by a read", before: lease) { pair in
      await pair.letExpire()
      let value = try await pair.value()
      #expect(value == nil)
    },
  ]

  /// What leaves EXEC alone.
  static let harmless = [
    Happening("nothing") { _ in },
    Happening("reads", before: set) { pair in
      _ = try await pair.own.send(command("GET", "k", effect: .read))
      let value = try await pair.value()
      #expect(value == "abc")
    },
    Happening("a SET NX that finds the key", before: set) { pair in
      let refused = try await pair.other.send(command("SET", "k", "xyz", "NX"))
      #expect(refused == .null)
    },
    Happening("another key's SET", before: set) { pair in
      _ = try await pair.other.send(command("SET", "l", "abc"))
    },
    Happening("a lease that had ended before WATCH", before: endedLease) { pair in
      let value = try await pair.value()
      #expect(value == nil)
    },
    Happening("a SET, and then UNWATCH", before: set) { pair in
      _ = try await pair.other.send(command("SET", "k", "xyz"))
      _ = try await pair.own.send(command("UNWATCH", effect: .rollback))
    },
    Happening("a SET before a DISCARD that ends the watch", before: set) { pair in
      _ = try await pair.other.send(command("SET", "k", "xyz"))
      _ = try await pair.own.send([multi, command("DISCARD", effect: .rollback)])
    },
  ]
}

@Suite("WATCH, MULTI, EXEC")
struct WatchFactsTests {
  @Test("EXEC answers nil and does nothing after", arguments: Happening.touching)
  fileprivate func touched(_ happening: Happening) throws {
    try withPair { pair in
      try await happening.before(pair)
      #expect(try await pair.watching(happening.happens) == .null)
      #expect(try await pair.value() != "mine")
    }
  }

  @Test("EXEC is executed after", arguments: Happening.harmless)
  fileprivate func untouched(_ happening: Happening) throws {
    try withPair { pair in
      try await happening.before(pair)
      #expect(try await pair.watching(happening.happens) == .array([.status("OK")]))
      #expect(try await pair.value() == "mine")
    }
  }

  @Test("a SET of one's own after WATCH stays, and the queued one is dropped")
  func ownSetStays() throws {
    try withPair { pair in
      let answer = try await pair.watching { pair in
        _ = try await pair.own.send(command("SET", "k", "abc"))
      }
      #expect(answer == .null)
      #expect(try await pair.value() == "abc")
    }
  }

  @Test("three queued SETs of the watched key are all applied, the last one stays")
  func threeSets() throws {
    try withPair { pair in
      _ = try await pair.own.send(watch)
      let sets = ["abc", "bcd", "def"].map { command("SET", "k", .text($0)) }
      let answer = try await pair.own.send([multi] + sets + [exec]).last
      #expect(answer == .array([.status("OK"), .status("OK"), .status("OK")]))
      #expect(try await pair.value() == "def")
    }
  }

  @Test("EXEC ends the watch, whatever it answered", arguments: [true, false])
  func execUnwatches(_ isTouched: Bool) throws {
    try withPair { pair in
      _ = try await pair.watching { pair in
        if isTouched { _ = try await pair.other.send(command("SET", "k", "xyz")) }
      }
      _ = try await pair.other.send(command("SET", "k", "xyz"))
      let answer = try await pair.own.send([multi, command("SET", "k", "mine"), exec]).last
      #expect(answer == .array([.status("OK")]))
    }
  }

  @Test("a command that fails inside MULTI undoes none of the others")
  func noRollback() throws {
    try withPair { pair in
      _ = try await pair.own.send([command("SET", "n", 1), command("SET", "s", "text")])
      let answer = try await pair.own.send([
        multi, command("DECR", "n"), command("DECR", "s"), command("DECR", "n"), exec,
      ]).last
      let replies = try #require(answer?.elements)
      #expect(replies.count == 3 && replies[0] == .integer(0) && replies[2] == .integer(-1))
      guard case .error = replies[1] else {
        Issue.record("DECR of a text answered \(replies[1])")
        return
      }
      #expect(try await pair.other.send(command("GET", "n", effect: .read)).text == "-1")
    }
  }

  @Test("a command refused while queueing makes EXEC refuse all: EXECABORT")
  func execAbort() throws {
    try withPair { pair in
      _ = try await pair.own.send(multi)
      _ = try await pair.own.send(command("SET", "k", "mine"))
      do throws(Failure) {
        _ = try await pair.own.send(command("SET", "k"))
        Issue.record("SET without a value was queued")
      } catch {
        #expect(error.certainty == .definite)
      }
      do throws(Failure) {
        _ = try await pair.own.send(exec)
        Issue.record("EXEC after a refused command")
      } catch {
        guard case .server(code: "EXECABORT", message: _) = error.reason else { throw error }
        #expect(error.certainty == .definite)
      }
      #expect(try await pair.value() == nil)
    }
  }
}
