// Requests that wait in a proxy: the server hears of them when they are let go, or never.

import Testing

@testable import Drivers
@testable import Harness

@Suite("A request that is held back", .serialized)
struct HeldRequestTests {
  private static let key = "soldout:held-test:n"

  /// A proxy that holds INCRs back, a client of it, and the server itself.
  private func withHold(
    _ body:
      @escaping @Sendable (RequestHold, RedisConnection, RedisConnection, EventLoop)
      async throws -> Void
  ) throws {
    let direct = try #require(TestServers.backends.get().backends.freshTopology().redis)
    try EventLoop.run { (loop) async throws in
      let proxy = try Proxy(
        at: .tcp(host: "127.0.0.1", port: 0), to: direct.endpoint, speaking: .redis, on: loop)
      defer { proxy.close() }
      let hold = RequestHold()
      var isUsed = false
      proxy.holds = { request in
        guard request.verb == "INCR", !isUsed else { return nil }
        isUsed = true
        return hold
      }
      var fronted = direct
      fronted.endpoint = proxy.endpoint
      let deadline = EventLoop.now() + 20_000_000_000
      let client = try await RedisConnection.open(fronted, on: loop, deadline: deadline)
      let server = try await RedisConnection.open(direct, on: loop, deadline: deadline)
      _ = try await server.send(RedisCommand("SET", [.text(Self.key), 5], effect: .write))
      try await body(hold, client, server, loop)
      _ = try await server.send(RedisCommand("DEL", [.text(Self.key)], effect: .write))
      server.close()
    }
  }

  private let increment = RedisCommand("INCR", [.text(key)], effect: .write)
  private let get = RedisCommand("GET", [.text(key)], effect: .read)

  @Test("arrives when it is let go, and what comes after it in order")
  func released() throws {
    try withHold { (hold, client, server, loop) async throws in
      async let replies = client.send([increment, increment, get])
      await loop.sleep(for: .milliseconds(50))
      #expect(try await server.send(get).integer == 5)
      hold.release()
      let answers = try await replies
      #expect(answers.map(\.integer) == [6, 7, 7])
      #expect(try await client.send(increment).integer == 8)
    }
  }

  @Test(
    "never arrives where it is dropped, or its client ends meanwhile", arguments: [true, false])
  func dropped(_ isDropped: Bool) throws {
    try withHold { (hold, client, server, loop) async throws in
      async let reply = client.send(increment)
      await loop.sleep(for: .milliseconds(50))
      if isDropped { hold.drop() } else { client.close() }
      do {
        _ = try await reply
        Issue.record("it was answered")
      } catch {
        #expect(error as? Failure == .indefinite(.connectionClosed))
      }
      await loop.sleep(for: .milliseconds(20))
      hold.release()
      #expect(try await server.send(get).integer == 5)
    }
  }
}
