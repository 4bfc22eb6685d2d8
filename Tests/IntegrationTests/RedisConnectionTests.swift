// A connection on a real Redis: the semantics that strategies, and the classification of errors,
// rest on.

import Testing

@testable import Drivers

private func command(
  _ verb: StaticString, _ words: RedisArgument..., effect: CommandEffect = .write
) -> RedisCommand {
  RedisCommand(verb, words, effect: effect)
}

/// A loop, and a server of its own to connect to.
private struct Place: Sendable {
  let loop: EventLoop
  let address: RedisAddress

  func connect() async throws(Failure) -> RedisConnection {
    try await RedisConnection.open(
      address, on: loop, deadline: EventLoop.now() + 20_000_000_000, name: "test")
  }
}

private func withRedis<Result: Sendable>(
  _ options: RedisOptions = RedisOptions(),
  _ body: @Sendable @escaping (Place) async throws -> Result
) throws -> Result {
  var result: Result?
  try withRun { run in
    let server = try RedisServer.start(options, in: run)
    let address = server.tcpAddress ?? server.address
    result = try EventLoop.run { loop async throws -> Result in
      try await body(Place(loop: loop, address: address))
    }
    try server.stop()
  }
  return try #require(result)
}

private func failure(
  of connection: RedisConnection, _ command: RedisCommand
) async -> Failure? {
  do throws(Failure) {
    _ = try await connection.send(command)
    return nil
  } catch {
    return error
  }
}

@Suite struct RedisConnectionTests {
  @Test(arguments: [LoopbackPort.none, .free])
  func `values come back as they were set, by unix socket and TCP`(_ port: LoopbackPort) throws {
    var options = RedisOptions()
    options.port = port
    let replies = try withRedis(options) { place in
      let (one, other) = (try await place.connect(), try await place.connect())
      return [
        try await one.send(command("SET", "k", .bytes([0, 13, 10, 255]))),
        try await other.send(command("GET", "k", effect: .read)),
        try await one.send(command("GET", "none", effect: .read)),
        try await one.send(command("INCR", "n")), try await other.send(command("DECR", "n")),
        try await one.send(command("CLIENT", "GETNAME", effect: .read)),
      ]
    }
    let expected: [RedisReply] = [
      .status("OK"), .bulk([0, 13, 10, 255]), .null, .integer(1), .integer(0),
      .bulk(Array("test".utf8)),
    ]
    #expect(replies == expected)
  }

  @Test func `two hundred clients count down together and lose no unit`() throws {
    let seen = try withRedis { place in
      let first = try await place.connect()
      _ = try await first.send(command("SET", "k", 2000))
      return try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 0..<200 {
          group.addTask {
            let own = try await place.connect()
            var values: [Int] = []
            for _ in 0..<10 {
              values.append(try await own.send(command("DECR", "k")).integer ?? -1)
            }
            own.close()
            return values
          }
        }
        return try await group.reduce(into: [Int]()) { $0 += $1 }
      }
    }
    #expect(seen.sorted() == Array(0..<2000))
  }

  @Test func `EXEC is nil after a change of what was watched, and says so as a reply`() throws {
    let replies = try withRedis { place in
      let (one, other) = (try await place.connect(), try await place.connect())
      let transaction = [
        command("MULTI", effect: .begin), command("SET", "k", "def"),
        command("EXEC", effect: .commit),
      ]
      var replies: [RedisReply?] = []
      // Nobody changed it; another did, to the same value; nobody again.
      for isChanged in [false, true, false] {
        _ = try await one.send(command("WATCH", "k", effect: .begin))
        if isChanged { _ = try await other.send(command("SET", "k", "def")) }
        replies.append(try await one.send(transaction).last)
        #expect(!one.inTransaction)
      }
      return replies
    }
    #expect(replies == [.array([.status("OK")]), .null, .array([.status("OK")])])
  }

  @Test func `an error while queueing aborts EXEC, and nothing was done`() throws {
    let (failures, value) = try withRedis { place in
      let connection = try await place.connect()
      _ = try await connection.send(command("MULTI", effect: .begin))
      #expect(connection.inTransaction)
      _ = try await connection.send(command("SET", "k", 1))
      let failures = [
        await failure(of: connection, command("NOSUCH")),
        await failure(of: connection, command("EXEC", effect: .commit)),
      ]
      return (failures, try await connection.send(command("EXISTS", "k", effect: .read)))
    }
    #expect(failures.map { $0?.certainty } == [.definite, .definite])
    #expect(failures[1]?.description == "EXECABORT" && value == .integer(0))
  }

  @Test func `a script's error leaves its earlier writes, so it proves nothing`() throws {
    let (failures, value) = try withRedis { place in
      let connection = try await place.connect()
      let script: RedisArgument = "redis.call('SET', KEYS[1], 5) redis.call('LPUSH', KEYS[1], 1)"
      let failures = [
        await failure(of: connection, command("EVAL", script, 1, "k", effect: .script)),
        await failure(of: connection, command("LPUSH", "k", 1)),
        await failure(
          of: connection,
          command("EVALSHA", "0000000000000000000000000000000000000000", 0, effect: .script)),
      ]
      return (failures, try await connection.send(command("GET", "k", effect: .read)).integer)
    }
    #expect(failures.map { $0?.certainty } == [.indefinite, .definite, .definite])
    #expect(failures.map { $0?.description } == ["WRONGTYPE", "WRONGTYPE", "NOSCRIPT"])
    #expect(value == 5)
  }

  @Test func `CLIENT KILL ends a command under way`() throws {
    let lost = try withRedis { place in
      let (one, other) = (try await place.connect(), try await place.connect())
      let number = try await one.send(command("CLIENT", "ID", effect: .read)).integer ?? 0
      async let lost = failure(of: one, command("BLPOP", "none", 0))
      var killed = 0
      // It may not have begun to wait yet, but it is there to be killed.
      while killed == 0 {
        let reply = try await other.send(command("CLIENT", "KILL", "ID", .integer(number)))
        killed = reply.integer ?? 0
      }
      return await lost
    }
    #expect(lost?.reason == .connectionClosed)
  }

  @Test func `a server that is not there, is full or wants a password refuses definitely`() throws {
    var options = RedisOptions()
    options.hasPassword = false
    let failures = try withRedis(options) { place in
      var failures: [Failure?] = []
      func open(_ address: RedisAddress) async {
        do throws(Failure) {
          let connection = try await RedisConnection.open(
            address, on: place.loop, deadline: EventLoop.now() + 20_000_000_000)
          connection.close()
          failures.append(nil)
        } catch {
          failures.append(error)
        }
      }
      let admin = try await place.connect()
      await open(RedisAddress(.unix(path: "/nonexistent/redis.sock")))
      await open(RedisAddress(.tcp(host: "127.0.0.1", port: 1)))
      _ = try await admin.send(command("CONFIG", "SET", "maxclients", 1))
      await open(place.address)
      _ = try await admin.send(command("CONFIG", "SET", "maxclients", 50))
      _ = try await admin.send(command("CONFIG", "SET", "requirepass", "secret"))
      await open(place.address)
      var address = place.address
      address.password = "wrong"
      await open(address)
      address.password = "secret"
      address.database = 3
      await open(address)
      return failures
    }
    #expect(failures.dropLast().allSatisfy { $0?.certainty == .definite })
    let texts = failures.map { $0.map(\.description) ?? "open" }
    #expect(texts[0] == "connection refused" && texts[1] == "connection refused")
    // Redis writes the reason and closes; which of the two the client sees first is a race.
    #expect(texts[2].hasPrefix("ERR max number of clients") || texts[2] == "connection closed")
    #expect(texts[3] == "NOAUTH" && texts[4] == "WRONGPASS" && texts[5] == "open")
  }

  @Test func `a published message wakes a subscriber`() throws {
    let texts = try withRedis { place in
      let publisher = try await place.connect()
      let deadline = EventLoop.now() + 20_000_000_000
      let subscription = try await RedisSubscription.open(
        place.address, on: place.loop, deadline: deadline)
      try await subscription.subscribe("c", deadline: deadline)
      async let first = subscription.next(deadline: deadline)
      let reached = try await publisher.send(command("PUBLISH", "c", "0"))
      #expect(reached == .integer(1))
      let text = try await first?.text
      try await subscription.unsubscribe("c", deadline: deadline)
      #expect(try await publisher.send(command("PUBLISH", "c", "1")) == .integer(0))
      let none = try await subscription.next(deadline: EventLoop.now() + 1_000_000)
      subscription.close()
      return [text, none?.text]
    }
    #expect(texts == ["0", nil])
  }

  @Test func `more connections at once than the listen queue takes are opened all the same`()
    throws
  {
    let opened = try withRedis { place in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<900 { group.addTask { try await place.connect().close() } }
        return try await group.reduce(0) { count, _ in count + 1 }
      }
    }
    #expect(opened == 900)
  }
}
