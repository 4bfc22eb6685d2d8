// The proxy before a real MariaDB: everything passes as it is, and what is lost was executed.

import Testing

@testable import Drivers
@testable import Harness

@Suite("The proxy before MariaDB") struct MySQLProxyTests {
  @Test func `all kinds of answers pass, and one reply is lost after the server has given it`()
    throws
  {
    try withMySQL { place in
      let direct = try await place.connect()
      let text = Statement(
        "DDL", "CREATE TABLE soldout.s (i int PRIMARY KEY, n int)", effect: .write, prepared: false)
      _ = try await direct.execute(text)
      let folder = "/tmp/soldout-proxy-\(UInt32.random(in: 0...UInt32.max))"
      let socket = try #require(place.address.socket)
      let proxy = try Proxy(
        at: .unix(path: folder), to: .unix(path: socket), speaking: .mysql, on: place.loop)
      defer { proxy.close() }
      var (seen, lost): ([ProxyRequest], [LostReply]) = ([], [])
      var losing: String?
      proxy.loses = { request in
        seen.append(request)
        return request.verb == losing
      }
      proxy.onLost = { lost.append($0) }
      var address = place.address
      address.socket = folder
      let client = try await MySQLConnection.open(
        address, on: place.loop, deadline: EventLoop.now() + 20_000_000_000, name: "p3")
      try await answers(over: client)
      #expect(seen.allSatisfy { $0.client == "p3" })
      #expect(seen.map(\.verb).suffix(4) == ["BEGIN", "INSERT", "ROLLBACK", "SELECT"])
      #expect(seen.map(\.inTransaction).suffix(4) == [false, true, true, false])
      losing = "INSERT"
      let insert = Statement("INSERT", "INSERT INTO soldout.s VALUES ($1, $2)", effect: .write)
      #expect(
        await failure(of: client, insert, [2, 20]) == .indefinite(.connectionClosed))
      #expect(lost.map(\.request.verb) == ["INSERT"])
      let count = Statement("SELECT", "SELECT COUNT(*) FROM soldout.s WHERE i = 2", effect: .read)
      #expect(try await direct.execute(count).integer() == 1)
    }
  }

  private func answers(over client: MySQLConnection) async throws {
    let insert = Statement("INSERT", "INSERT INTO soldout.s VALUES ($1, $2)", effect: .write)
    let select = Statement("SELECT", "SELECT n FROM soldout.s WHERE i = $1", effect: .read)
    let echo = Statement("ECHO", "SELECT $1, $2", effect: .read)
    _ = try await client.execute(insert, [1, 10])
    for _ in 0..<3 { #expect(try await client.execute(select, [1]).integer() == 10) }
    #expect(await failure(of: client, insert, [1, 10])?.description == "1062 dup_entry")
    let long = String(repeating: "z", count: 3_000_000)
    let rows = try await client.execute(echo, [.text(long), nil])
    #expect(rows.text()?.utf8.count == long.utf8.count && rows.isNull(0, 1))
    let plain = Statement(
      "SELECT", "SELECT 1 UNION ALL SELECT 2", effect: .read, prepared: false)
    #expect(try await client.execute(plain).count == 2)
    try await client.renew()
    _ = try await client.execute(.begin)
    _ = try await client.execute(insert, [3, 30])
    _ = try await client.execute(.rollback)
    #expect(try await client.execute(select, [3]).count == 0)
  }
}
