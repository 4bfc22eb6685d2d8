// Which MySQL servers of a user's are refused, in which sentence; and what dead runs have left there.

import Testing

@testable import Drivers
@testable import Harness

@Suite struct MySQLFitnessTests {
  /// What is wrong with a server started with these settings, for this user and so many clients.
  private func refusal(
    _ settings: [String: String] = [:], user sql: [String] = [], clients: Int = 4
  ) throws -> ServerFailure? {
    var failure: ServerFailure?
    try withRun { run in
      var options = MariaDBOptions()
      options.settings = settings
      let server = try MariaDBServer.start(options, in: run)
      var address = server.address
      let admin = try BlockingMySQL(address)
      for statement in sql { #expect(admin.ask(statement) == .rows([])) }
      if !sql.isEmpty { (address.user, address.password) = ("tester", "secret") }
      do throws(ServerFailure) {
        try MySQLFitness(of: address, clients: clients).check()
      } catch {
        failure = error
      }
      let places =
        "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name LIKE 'soldout%'"
      #expect(admin.row(places) == ["0"])
    }
    return failure
  }

  private static let tester = "CREATE USER tester@'%' IDENTIFIED BY 'secret'"
  private static let grant = "GRANT ALL ON `soldout\\_%`.* TO tester@'%'"

  @Test func `a server as it is, and a user with just the right to runs' databases, will do`()
    throws
  {
    #expect(try refusal() == nil)
    #expect(try refusal(user: [Self.tester, Self.grant]) == nil)
  }

  @Test func `a user who may make no database is told what to grant`() throws {
    let failure = try #require(try refusal(user: [Self.tester]))
    #expect("\(failure)".contains("tester@% may not create a database for a run"))
    #expect("\(failure)".contains("GRANT ALL ON `soldout\\_%`.* TO 'tester'@'%'"))
    #expect(!"\(failure)".contains("secret"))
  }

  @Test
  func `a server that takes no writes, or knows no transactions, or is too small, is refused`()
    throws
  {
    let readOnly = try refusal(["read-only": "ON"], user: [Self.tester, Self.grant])
    #expect("\(try #require(readOnly))".contains("1290"))
    let engine = try refusal(["default-storage-engine": "MyISAM"])
    #expect("\(try #require(engine))".contains("MyISAM, which has no transactions"))
    let small = try refusal(["max-connections": "10"], clients: 12)
    #expect("\(try #require(small))".contains("12 clients need 13 connections, but 10"))
  }

  @Test func `what is out of the ordinary is a fact of the server's`() throws {
    try withRun { run in
      var options = MariaDBOptions()
      options.fsync = true
      let plain = try MariaDBServer.start(options, in: run)
      #expect(try ExternalProbe.facts(of: plain.address) == [])
      options.settings = ["transaction-isolation": "READ-COMMITTED", "autocommit": "OFF"]
      options.settings["innodb-snapshot-isolation"] = "ON"
      options.settings["loose-innodb-snapshot-isolation"] = "ON"
      let odd = try MariaDBServer.start(options, in: run)
      #expect(
        try ExternalProbe.facts(of: odd.address) == [
          "tx_isolation READ-COMMITTED", "innodb_snapshot_isolation ON", "autocommit OFF",
        ])
    }
  }
}

@Suite struct MySQLLeftoversTests {
  @Test func `a dead run's database goes, a living run's and a stranger's stay`() throws {
    try withRun { run in
      let server = try MariaDBServer.start(in: run)
      var topology = Topology()
      topology.mysql = server.address
      let (dead, living) = (topology.inFreshPlace(), topology.inFreshPlace())
      let stranger = "soldout_1f2e3d4c5b6a"
      #expect(try query(server.address, "CREATE DATABASE \(stranger)") == nil)
      let leftovers = Leftovers(on: server.address)
      try EventLoop.run { loop async throws in
        for place in [dead, living] { try await Namespace(place, on: loop).create() }
        let marker = RunMarker(of: living, on: loop)
        try await marker.keep()
        // Each search has a loop, and so a thread, of its own.
        let removed = try await loop.runBlocking { () throws(RunFailure) -> [Bool] in
          var removed: [Bool] = []
          for one in try leftovers.find() { removed.append(try leftovers.remove(one)) }
          return removed
        }
        #expect(removed.count == 3 && removed.filter { $0 }.count == 1)
        marker.close()
      }
      let left = try query(
        server.address,
        "SELECT GROUP_CONCAT(schema_name) FROM information_schema.schemata "
          + "WHERE schema_name LIKE 'soldout%'")
      #expect(
        Set((left ?? "").split(separator: ",").map(String.init)) == [stranger, living.schema])
      let states = Dictionary(
        uniqueKeysWithValues: try leftovers.find().map { ($0.name, $0.state) })
      #expect(states[living.schema] == .over)
      #expect(states[stranger] != .over)
    }
  }
}
