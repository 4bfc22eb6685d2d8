// Private MariaDB servers: started, killed, started again, several at once, and closed to everybody else.

import Glibc
import Testing

@testable import Drivers

/// The first value of one question on a session of its own.
func query(_ address: MySQLAddress, _ sql: String) throws -> String? {
  try BlockingMySQL(address).row(sql).first ?? nil
}

@Suite struct MariaDBServerTests {
  @Test func `it starts, survives a kill with what it committed, and leaves nothing`() throws {
    try withRun { run in
      let server = try MariaDBServer.start(in: run)
      #expect(server.identity.product == .mariadb && server.isAlive)
      let session = try BlockingMySQL(server.address)
      #expect(session.ask("CREATE DATABASE shop") == .rows([]))
      #expect(session.ask("CREATE TABLE shop.t (n int) ENGINE=InnoDB") == .rows([]))
      for number in 1...20 {
        #expect(session.ask("INSERT INTO shop.t VALUES (\(number))") == .rows([]))
      }
      try server.kill()
      #expect(!server.isAlive && server.unexpectedEnd == nil)
      try server.restart()
      #expect(try query(server.address, "SELECT count(*) FROM shop.t") == "20")
      try server.stop()
      #expect(processes(in: run.path) == [])
    }
  }

  @Test func `a death that nobody asked for is noticed`() throws {
    try withRun { run in
      let server = try MariaDBServer.start(in: run)
      let pid = try #require(server.processID)
      Glibc.kill(pid, SIGKILL)
      #expect(eventually { server.unexpectedEnd != nil })
    }
  }

  @Test func `it is set up as MySQL is`() throws {
    try withRun { run in
      let server = try MariaDBServer.start(in: run)
      #expect(
        try query(server.address, "SELECT @@innodb_snapshot_isolation") == "0")
      #expect(try query(server.address, "SELECT @@tx_isolation") == "REPEATABLE-READ")
      #expect(try query(server.address, "SELECT @@innodb_flush_log_at_trx_commit") == "2")
    }
  }

  @Test func `three at once, each with its own data; a port asks for the run's password`() throws {
    try withRun { run in
      var options = MariaDBOptions()
      options.port = .free
      let servers = try (0..<3).map { _ in try MariaDBServer.start(options, in: run) }
      for (number, server) in servers.enumerated() {
        let address = try #require(server.tcpAddress)
        #expect(
          try query(address, "SELECT count(*) FROM information_schema.schemata") != nil)
        _ = try query(address, "CREATE DATABASE of_\(number)")
        #expect(
          try query(address, "SHOW DATABASES LIKE 'of\\_%'") == "of_\(number)")
      }
      var stranger = try #require(servers[0].tcpAddress)
      stranger.password = nil
      #expect(throws: ServerFailure.passwordNeeded(address: "\(stranger)")) {
        try query(stranger, "SELECT 1")
      }
      for user in ["root", "mysql", ""] {
        var other = servers[0].address
        (other.user, other.password) = (user, nil)
        #expect(throws: ServerFailure.self) { try query(other, "SELECT 1") }
      }
    }
  }

  @Test func `nobody who may not read the run's directory learns the password`() throws {
    try withRun { run in
      let server = try MariaDBServer.start(in: run)
      var status = stat()
      #expect(
        stat("\(server.directory)/users.sql", &status) == 0 && status.st_mode & 0o777 == 0o600)
      let pid = try #require(server.processID)
      let words = try readFile("/proc/\(pid)/cmdline")
      #expect(!String(decoding: words, as: UTF8.self).contains(run.password))
      #expect(!server.logTail(lines: 1000).joined().contains(run.password))
    }
  }

  @Test func `what stops a start is told in a sentence`() throws {
    try withRun { run in
      var options = MariaDBOptions()
      options.settings = ["no-such-setting": "1"]
      do {
        _ = try MariaDBServer.start(options, in: run)
        Issue.record("it started")
      } catch let failure as ServerFailure {
        guard case .endedAtStart(server: "mysql", log: let log) = failure else {
          Issue.record("\(failure)")
          return
        }
        #expect(log.contains { $0.contains("no-such-setting") })
      }
    }
    let none = Programs(path: [], elsewhere: [])
    #expect(
      throws: ServerFailure.missingProgram(name: "mariadbd", package: "mariadb-server-core")
    ) { try none.mariaDB() }
  }
}
