// The proxy between real clients and real servers: what it loses was executed, what it holds arrives
// when it is healed, and nothing else changes.

import Foundation
import Testing

@testable import Drivers
@testable import Harness

/// A proxy before a server of the tests', and what a client sees of it.
private func withProxies(
  _ body: @escaping @Sendable (ServerProxies, EventLoop, Topology) async throws -> Void
) throws {
  let servers = try TestServers.backends.get().backends
  let topology = servers.freshTopology().restricted(to: [.redis, .postgres])
  let folder = try #require(servers.folder)
  try EventLoop.run { (loop) async throws in
    let proxies = try ServerProxies(before: topology, inside: folder, on: loop)
    defer { proxies.close() }
    try await body(proxies, loop, topology)
  }
  #expect(
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/front").isEmpty,
    "a socket was left")
}

private let key = "soldout:proxy-test:n"

@Suite("The proxy on real servers", .serialized)
struct ProxyTests {
  private func open(
    _ topology: Topology, _ loop: EventLoop, name: String? = nil
  ) async throws -> RedisConnection {
    let address = try #require(topology.redis)
    let deadline = EventLoop.now() + 20_000_000_000
    return try await RedisConnection.open(address, on: loop, deadline: deadline, name: name)
  }

  @Test("a DECR whose reply is lost was executed, and is indeterminate")
  func lostReply() throws {
    try withProxies { (proxies, loop, direct) async throws in
      let server = try await open(direct, loop)
      _ = try await server.send(RedisCommand("SET", [.text(key), 5], effect: .write))
      let proxy = try #require(proxies.all[0].shared)
      var lost: [LostReply] = []
      proxy.loses = { $0.client == "p1" && $0.verb == "DECR" }
      proxy.onLost = { lost.append($0) }
      let client = try await open(proxies.topology, loop, name: "p1")
      let get = RedisCommand("GET", [.text(key)], effect: .read)
      #expect(try await client.send(get).integer == 5)
      await #expect(throws: Failure.indefinite(.connectionClosed)) {
        _ = try await client.send(RedisCommand("DECR", [.text(key)], effect: .write))
      }
      #expect(lost.map(\.bytes) == [Array(":4\r\n".utf8)])
      #expect(try await server.send(get).integer == 4)
      _ = try await server.send(RedisCommand("DEL", [.text(key)], effect: .write))
      server.close()
    }
  }

  @Test("a COMMIT whose answer is lost has committed, and is indeterminate")
  func lostCommit() throws {
    try withProxies { (proxies, loop, direct) async throws in
      let deadline = EventLoop.now() + 20_000_000_000
      let server = try await PostgresConnection.open(
        try #require(direct.postgres), on: loop, deadline: deadline)
      func run(_ connection: PostgresConnection, _ sql: String, _ effect: CommandEffect)
        async throws
        -> Rows
      {
        try await connection.execute(
          Statement("SQL", sql, effect: effect, prepared: false), deadline: deadline)
      }
      _ = try await run(server, "CREATE SCHEMA \(direct.schema)", .write)
      _ = try await run(server, "CREATE TABLE n (n int); INSERT INTO n VALUES (5)", .write)
      try #require(proxies.all[1].shared).loses = { $0.verb == "COMMIT" && $0.inTransaction }
      let client = try await PostgresConnection.open(
        try #require(proxies.topology.postgres), on: loop, deadline: deadline)
      _ = try await run(client, "BEGIN", .begin)
      _ = try await run(client, "UPDATE n SET n = 4", .write)
      await #expect(throws: Failure.indefinite(.connectionClosed)) {
        _ = try await run(client, "COMMIT", .commit)
      }
      #expect(try await run(server, "SELECT n FROM n", .read).integer() == 4)
      _ = try await run(server, "DROP SCHEMA \(direct.schema) CASCADE", .write)
      server.close()
    }
  }

  @Test(
    "what is held arrives when it is healed", arguments: [Proxy.Directions.toServer, .toClient])
  func held(_ ways: Proxy.Directions) throws {
    try withProxies { (proxies, loop, direct) async throws in
      let server = try await open(direct, loop)
      let client = try await open(proxies.topology, loop)
      let proxy = try #require(proxies.all[0].shared)
      proxy.hold(ways)
      let set = RedisCommand("SET", [.text(key), 1], effect: .write)
      await #expect(throws: Failure.indefinite(.timeout)) {
        _ = try await client.send(set, deadline: EventLoop.now() + 50_000_000)
      }
      // A request that was cut off on its way dies with its connection; one that had arrived counts.
      let exists = RedisCommand("EXISTS", [.text(key)], effect: .read)
      #expect(try await server.send(exists).integer == (ways == .toServer ? 0 : 1))
      // Nobody connects meanwhile, and everybody does afterwards.
      let address = try #require(proxies.topology.redis)
      await #expect(throws: Failure.definite(.timeout)) {
        _ = try await RedisConnection.open(
          address, on: loop, deadline: EventLoop.now() + 30_000_000)
      }
      async let late = RedisConnection.open(
        address, on: loop, deadline: EventLoop.now() + 20_000_000_000)
      await loop.sleep(for: .milliseconds(10))
      proxy.heal()
      let healed = try await late
      #expect(try await healed.send(exists).integer == (ways == .toServer ? 0 : 1))
      _ = try await server.send(RedisCommand("DEL", [.text(key)], effect: .write))
      healed.close()
      server.close()
    }
  }

  @Test("a reset ends connections, a delay only makes them late, a server gone is a closed door")
  func others() throws {
    try withProxies { (proxies, loop, _) async throws in
      let proxy = try #require(proxies.all[0].shared)
      let client = try await open(proxies.topology, loop)
      let ping = RedisCommand("PING", effect: .read)
      proxy.delay(by: .milliseconds(20))
      let before = EventLoop.now()
      _ = try await client.send(ping)
      #expect(EventLoop.now() - before >= 40_000_000)
      proxy.heal()
      _ = try await client.send(ping)
      proxy.reset()
      await #expect(throws: Failure.definite(.connectionClosed)) { _ = try await client.send(ping) }
      #expect(proxy.count == 0)
      proxy.upstream = .unix(path: "/nowhere/socket")
      await #expect(throws: Failure.self) { _ = try await open(proxies.topology, loop) }
    }
  }

  @Test("a long answer passes unchanged")
  func longAnswer() throws {
    try withProxies { (proxies, loop, _) async throws in
      let client = try await open(proxies.topology, loop)
      let text = String(repeating: "0123456789\r\n$5\r\n", count: 100_000)
      let reply = try await client.send(RedisCommand("ECHO", [.text(text)], effect: .read))
      #expect(reply.text == text)
      client.close()
    }
  }
}
