// Real client libraries speak with real servers through a proxy: what arrives is what was sent, byte for
// byte, and every answer is heard to answer what it answers.

import Foundation
import Testing

@testable import Drivers
@testable import Harness

/// What was said before a proxy and behind it, what it heard, and the words that were asked with.
private struct Overheard: Sendable {
  var before: [Said] = []
  var behind: [Said] = []
  var exchanges: [ProxyExchange] = []
  var unfollowed: StreamFailure?
  var words: [String] = []
}

/// Runs a library's program through ears, a proxy, and ears again.
private func overhear(
  _ library: ClientLibrary, _ wire: Proxy.Wire, at upstream: RedisAddress.Endpoint,
  login: ProxyLogin?, variables: @escaping @Sendable (UInt16) -> [String: String]
) throws -> Overheard {
  try EventLoop.run { loop async throws -> Overheard in
    let behind = try Tap(to: upstream, on: loop)
    let plan = ProxyPlan(
      instance: 0, server: "\(wire)", wire: wire,
      upstream: .tcp(host: "127.0.0.1", port: behind.port), login: login)
    let proxy = try Proxy(plan, on: loop)
    let before = try Tap(to: proxy.endpoint, on: loop)
    var overheard = Overheard()
    let exchanges = Collected()
    proxy.onExchange = { exchanges.all.append($0) }
    async let first: Void = before.relay()
    async let second: Void = behind.relay()
    let port = before.port
    do {
      overheard.words = try await loop.runBlocking { try library.run(variables(port)) }
    } catch {
      Issue.record("\(error)")
    }
    // What is on its way arrives.
    await loop.sleep(for: .milliseconds(200))
    before.end()
    behind.end()
    _ = await (first, second)
    proxy.close()
    (overheard.before, overheard.behind) = (before.said, behind.said)
    (overheard.exchanges, overheard.unfollowed) = (exchanges.all, proxy.unfollowed)
    return overheard
  }
}

/// `@unchecked Sendable`: used on the loop's thread alone.
private final class Collected: @unchecked Sendable {
  var all: [ProxyExchange] = []
}

@Suite("Real client libraries through a proxy", .serialized)
struct ClientLibraryTests {
  /// Every word came back in the answer to the question that had it, and in no other.
  private func expectAnswers(_ overheard: Overheard) {
    #expect(overheard.unfollowed == nil)
    #expect(overheard.words.count > 20)
    let heard = overheard.exchanges.map { exchange in
      (
        (exchange.request.words + [exchange.request.text]).joined(separator: " "),
        String(decoding: exchange.reply, as: UTF8.self)
      )
    }
    for word in overheard.words {
      let inBytes = word.utf8.map(hexadecimal).joined()
      func asks(_ text: String) -> Bool { text.contains(word) || text.contains(inBytes) }
      let answers = heard.filter { $0.1.contains(word) }
      #expect(!answers.isEmpty, "\(word) was in no answer")
      #expect(answers.allSatisfy { asks($0.0) }, "\(word) was in the answer to another question")
    }
  }

  /// The same connections in any order, byte for byte. A client may close before it has heard all.
  private func expectSame(_ known: [Said], _ found: [Said]) {
    #expect(known.count == found.count)
    for (known, found) in zip(known.sorted(), found.sorted()) {
      expectSame(known.toServer, found.toServer, mayEndEarly: false)
      expectSame(known.toClient, found.toClient, mayEndEarly: true)
    }
  }

  private func expectSame(_ known: [UInt8], _ found: [UInt8], mayEndEarly: Bool) {
    let common = zip(known, found).prefix { $0 == $1 }.count
    // Not `known == found`: what differs would be told byte for byte.
    guard common < known.count || common < found.count && !mayEndEarly else { return }
    Issue.record(
      """
      after \(common) of \(known.count) and \(found.count) bytes: \
      \(shown(known.dropFirst(common))) and \(shown(found.dropFirst(common))), \
      after \(shown(known.prefix(common).suffix(24)))
      """)
  }

  @Test("Redis", arguments: ClientLibrary.present(ClientLibrary.redis))
  func redis(_ library: ClientLibrary) throws {
    let address = try #require(TestServers.backends.get().backends.freshTopology().redis)
    let password = try #require(address.password)
    let overheard = try overhear(
      library, .redis, at: address.endpoint, login: ProxyLogin(password: password)
    ) { ["REDIS_PORT": "\($0)", "REDIS_PASSWORD": ""] }
    expectAnswers(overheard)
    // The proxy has signed in, which the client neither did nor saw.
    let own = ProxyLogin(password: password).auth
    let known = overheard.before.map {
      Said(toServer: own + $0.toServer, toClient: Array("+OK\r\n".utf8) + $0.toClient)
    }
    expectSame(known, overheard.behind)
  }

  @Test("PostgreSQL", arguments: ClientLibrary.present(ClientLibrary.postgres))
  func postgres(_ library: ClientLibrary) throws {
    let address = try #require(TestServers.backends.get().backends.freshTopology().postgres)
    let endpoint = RedisAddress.Endpoint.unix(path: "\(address.host)/.s.PGSQL.\(address.port)")
    let overheard = try overhear(library, .postgres, at: endpoint, login: nil) {
      [
        "PGHOST": "127.0.0.1", "PGPORT": "\($0)", "PGUSER": address.user,
        "PGDATABASE": address.database, "PGPASSWORD": "any",
      ]
    }
    expectAnswers(overheard)
    // Requests for encryption end at the proxy.
    let known = overheard.before.map { said in
      var said = said
      while [[4, 210, 22, 47], [4, 210, 22, 48]].contains(
        Array(said.toServer.dropFirst(4).prefix(4)))
      {
        said.toServer.removeFirst(8)
        #expect(said.toClient.removeFirst() == UInt8(ascii: "N"))
      }
      return said
    }.filter { !$0.toServer.isEmpty }
    let behind = overheard.behind.filter { !$0.toServer.isEmpty }
    expectSame(known, behind)
  }

  @Test("MySQL", arguments: ClientLibrary.present(ClientLibrary.mysql))
  func mysql(_ library: ClientLibrary) throws {
    let run = try RunDirectory()
    var options = MariaDBOptions()
    options.port = .free
    options.guest = MySQLGuest(user: "shop", database: "shop")
    let server = try MariaDBServer.start(options, in: run)
    let address = try #require(server.guestAddress)
    let overheard = try overhear(
      library, .mysql, at: .tcp(host: address.host, port: address.port), login: nil
    ) {
      [
        "MYSQL_PORT": "\($0)", "MYSQL_USER": address.user,
        "MYSQL_PASSWORD": address.password ?? "", "MYSQL_DATABASE": address.database ?? "",
      ]
    }
    try run.close()
    expectAnswers(overheard)
    // What would hide what passes is taken out of the greeting, and nothing else.
    let known = overheard.behind.map { said in
      var said = said
      let length = Int(said.toClient[0]) | Int(said.toClient[1]) << 8 | Int(said.toClient[2]) << 16
      var greeting = Array(said.toClient.prefix(4 + length))
      MySQLProtocolTracker.makePlain(&greeting)
      said.toClient.replaceSubrange(0..<4 + length, with: greeting)
      return said
    }
    expectSame(overheard.before, known)
  }

  @Test("a port that is taken is said with its number")
  func takenPort() throws {
    let failure = try EventLoop.run { loop async throws -> ServerFailure? in
      var plan = ProxyPlan(
        instance: 0, server: "redis", wire: .redis, upstream: .unix(path: "/nowhere"))
      let first = try Proxy(plan, on: loop)
      defer { first.close() }
      plan.port = try #require(first.port)
      do throws(ServerFailure) {
        _ = try Proxy(plan, on: loop)
        return nil
      } catch {
        return error == .portInUse(plan.port) ? error : nil
      }
    }
    #expect(failure != nil)
  }

  @Test("a stream that can't be followed ends, and is said with the server's name")
  func unfollowed() throws {
    let address = try #require(TestServers.backends.get().backends.freshTopology().redis)
    let failure = try EventLoop.run { loop async throws -> StreamFailure? in
      let plan = ProxyPlan(
        instance: 0, server: "redis", wire: .redis, upstream: address.endpoint)
      let proxy = try Proxy(plan, on: loop)
      defer { proxy.close() }
      var told: StreamFailure?
      proxy.onUnfollowed = { told = $0 }
      var fronted = address
      fronted.endpoint = proxy.endpoint
      let deadline = EventLoop.now() + 20_000_000_000
      let client = try await RedisConnection.open(fronted, on: loop, deadline: deadline)
      await #expect(throws: Failure.self) {
        _ = try await client.send(RedisCommand("MONITOR", effect: .read))
      }
      #expect(told == proxy.unfollowed && proxy.count == 0)
      return told
    }
    #expect(
      failure?.description.hasPrefix("a client of redis sent what soldout cannot follow: MONITOR")
        == true)
  }
}
