// Servers the user names: let in, refused, not there. The "external" ones are private ones here.

import Glibc
import Testing

@testable import Drivers

@Suite struct ExternalProbeTests {
  @Test func `a Redis that lets us in states its version`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      let server = try RedisServer.start(options, in: run)
      for address in [server.address, try #require(server.tcpAddress)] {
        #expect(try ExternalProbe.redis(address) == server.identity)
      }
      var beyond = server.address
      beyond.database = 99
      let failure = #expect(throws: ServerFailure.self) { try ExternalProbe.redis(beyond) }
      #expect(failure?.description.contains("DB index is out of range") == true)
    }
  }

  @Test func `a Redis with a password wants the right one and it is never shown`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.hasPassword = false
      options.arguments = [
        "--requirepass", "hunter2", "--user", "ann", "on", ">tuna77", "~*", "+@all",
      ]
      let server = try RedisServer.start(options, in: run)
      var address = server.address
      #expect(throws: ServerFailure.passwordNeeded(address: address.description)) {
        try ExternalProbe.redis(address)
      }
      address.password = "wrong"
      #expect(throws: ServerFailure.passwordRefused(address: address.description)) {
        try ExternalProbe.redis(address)
      }
      address.password = "hunter2"
      #expect(try ExternalProbe.redis(address) == server.identity)
      address.user = "ann"
      let failure = #expect(throws: ServerFailure.self) { try ExternalProbe.redis(address) }
      #expect(failure?.description.contains("hunter2") == false)
      address.password = "tuna77"
      #expect(try ExternalProbe.redis(address) == server.identity)
    }
  }

  @Test func `a Redis that hangs is given up`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      try server.pause()
      let failure = #expect(throws: ServerFailure.self) {
        try ExternalProbe.redis(server.address, seconds: 1)
      }
      #expect(failure?.description.contains("it does not answer") == true)
    }
  }

  @Test func `nobody at an address is said, with the address`() throws {
    let port = try #require(try LoopbackPort.free.choose())
    let redis = RedisAddress(.tcp(host: "127.0.0.1", port: port), password: "hunter2")
    let first = #expect(throws: ServerFailure.self) { try ExternalProbe.redis(redis) }
    #expect(
      first == .unreachable(address: "redis://:***@127.0.0.1:\(port)", reason: "Connection refused")
    )
    let postgres = PostgresAddress(
      host: "127.0.0.1", port: port, user: "u", password: "hunter2", database: "d")
    let second = #expect(throws: ServerFailure.self) { try ExternalProbe.postgres(postgres) }
    guard case .unreachable(let address, let reason) = second else {
      Issue.record("\(String(describing: second))")
      return
    }
    #expect(address == postgres.description)
    #expect(reason.contains("refused"))
    #expect(!reason.contains("hunter2"))
  }

  @Test func `a PostgreSQL with a password wants the right one and it is never shown`() throws {
    try withRun { run in
      let folder = try run.makeSubdirectory("rules")
      let rules = "\(folder)/rules"
      try writeFile("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", to: rules)
      var options = PostgresOptions()
      options.port = .free
      options.settings = ["hba_file": rules]
      let server = try PostgresServer.start(options, in: run)
      _ = try query(
        server.address,
        "SET password_encryption = 'scram-sha-256'; ALTER ROLE soldout PASSWORD 'hunter2'")
      var address = try #require(server.tcpAddress)
      address.password = nil
      #expect(throws: ServerFailure.passwordNeeded(address: address.description)) {
        try ExternalProbe.postgres(address)
      }
      address.password = "wrong"
      #expect(throws: ServerFailure.passwordRefused(address: address.description)) {
        try ExternalProbe.postgres(address)
      }
      address.password = "hunter2"
      #expect(try ExternalProbe.postgres(address) == server.version)
      address.database = "nowhere"
      let failure = #expect(throws: ServerFailure.self) { try ExternalProbe.postgres(address) }
      #expect(failure?.description.contains("\"nowhere\" does not exist") == true)
      #expect(failure?.description.contains("hunter2") == false)
    }
  }

  @Test func `a version below the oldest one is too old`() {
    #expect(
      throws: ServerFailure.tooOld(
        server: "s", found: ServerVersion(5, 0, 14), needed: ServerVersion(6))
    ) {
      try ExternalProbe.require(
        ServerVersion(5, 0, 14), atLeast: ExternalProbe.oldestRedis, of: "s")
    }
    #expect(throws: Never.self) {
      try ExternalProbe.require(
        ServerVersion(12), atLeast: ExternalProbe.oldestPostgres, of: "s")
    }
  }
}
