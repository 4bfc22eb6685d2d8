// What strategies and notes on MySQL rely on, asked of a live server: what a snapshot is and when it is
// taken, what an UPDATE reads, what GET_LOCK does, and what is left of a transaction after an error.

import Testing

@testable import Drivers

extension MySQLConnection {
  /// One statement as it is; its first value as a number.
  @discardableResult
  fileprivate func run(_ sql: String) async throws(Failure) -> Int? {
    let statement = Statement("SQL", sql, effect: .write, prepared: false)
    return try await execute(statement, deadline: EventLoop.now() + 20_000_000_000).integer()
  }

  /// The number of the error; nil: there is none.
  fileprivate func error(of sql: String) async -> String? {
    do throws(Failure) {
      try await run(sql)
      return nil
    } catch {
      guard case .server(let code, _) = error.reason else { return "\(error)" }
      return code
    }
  }
}

extension MySQLPlace {
  /// Sessions that have a row with `units` units between them.
  fileprivate func sessions(_ count: Int, units: Int = 1) async throws -> [MySQLConnection] {
    var sessions: [MySQLConnection] = []
    while sessions.count < count { sessions.append(try await connect()) }
    try await sessions[0].run("CREATE TABLE stock (item int PRIMARY KEY, units int NOT NULL)")
    try await sessions[0].run("INSERT INTO stock VALUES (0, \(units))")
    return sessions
  }
}

private let read = "SELECT units FROM stock WHERE item = 0"

@Suite struct MySQLSnapshotFactsTests {
  @Test func `the snapshot is taken at the first read, not at BEGIN`() throws {
    try withMySQL { place in
      let sessions = try await place.sessions(2, units: 10)
      let (one, other) = (sessions[0], sessions[1])
      try await one.run("BEGIN")
      try await other.run("UPDATE stock SET units = 9")
      #expect(try await one.run(read) == 9)
      try await other.run("UPDATE stock SET units = 8")
      #expect(try await one.run(read) == 9)
    }
  }

  @Test func `a plain UPDATE and a locking read see the newest row, a plain SELECT the snapshot`()
    throws
  {
    try withMySQL { place in
      let sessions = try await place.sessions(2, units: 10)
      let (one, other) = (sessions[0], sessions[1])
      try await one.run("BEGIN")
      #expect(try await one.run(read) == 10)
      try await other.run("UPDATE stock SET units = 5")
      #expect(try await one.run(read) == 10)
      #expect(try await one.run(read + " FOR UPDATE") == 5)
      try await one.run("UPDATE stock SET units = units - 1")
      // From its own write on it sees its own row.
      #expect(try await one.run(read) == 4)
      try await one.run("COMMIT")
      #expect(try await other.run(read) == 4)
    }
  }

  /// One session's begin, lock, read and write; the other one's sale comes in between.
  @Test(arguments: [false, true])
  func `begin, lock, read is right; begin, read, lock, read again sells twice`(
    readsFirst: Bool
  ) throws {
    try withMySQL { place in
      let sessions = try await place.sessions(2)
      let (one, other) = (sessions[0], sessions[1])
      try await one.run("BEGIN")
      if readsFirst { #expect(try await one.run(read) == 1) }
      #expect(try await other.run("SELECT GET_LOCK('stock', 1)") == 1)
      #expect(try await other.run(read) == 1)
      try await other.run("UPDATE stock SET units = 0")
      #expect(try await other.run("SELECT RELEASE_LOCK('stock')") == 1)
      #expect(try await one.run("SELECT GET_LOCK('stock', 1)") == 1)
      // The last unit is sold; who has read before the lock sees it still.
      #expect(try await one.run(read) == (readsFirst ? 1 : 0))
      if readsFirst {
        try await one.run("UPDATE stock SET units = 0")
        #expect(await one.error(of: "COMMIT") == nil)
      }
    }
  }

  @Test func `innodb_snapshot_isolation refuses with 1020 what the snapshot has not seen`() throws {
    try withMySQL { place in
      let sessions = try await place.sessions(2)
      let (one, other) = (sessions[0], sessions[1])
      try await one.run("SET SESSION innodb_snapshot_isolation = ON")
      try await one.run("BEGIN")
      #expect(try await one.run(read) == 1)
      try await other.run("UPDATE stock SET units = 0")
      #expect(await one.error(of: "UPDATE stock SET units = 0") == "1020")
      #expect(one.transactionStatus != .open)
      try await one.run("ROLLBACK")
      #expect(one.transactionStatus == .idle)
    }
  }
}

@Suite struct MySQLTransactionFactsTests {
  @Test func `a deadlock ends one transaction with all it has done, the other goes on`() throws {
    try withMySQL { place in
      let sessions = try await place.sessions(2, units: 10)
      try await sessions[0].run("INSERT INTO stock VALUES (1, 10)")
      for (number, session) in sessions.enumerated() {
        try await session.run("BEGIN")
        try await session.run("UPDATE stock SET units = units - 1 WHERE item = \(number)")
      }
      async let first = sessions[0].error(of: "UPDATE stock SET units = units - 1 WHERE item = 1")
      async let second = sessions[1].error(of: "UPDATE stock SET units = units - 1 WHERE item = 0")
      let errors = await [first, second]
      #expect(errors.compactMap(\.self) == ["1213"])
      for (session, error) in zip(sessions, errors) {
        #expect((session.transactionStatus == .open) == (error == nil))
        #expect(try await session.run("SELECT @@in_transaction") == (error == nil ? 1 : 0))
        try await session.run("COMMIT")
      }
      #expect(try await sessions[0].run("SELECT SUM(units) FROM stock") == 18)
    }
  }

  @Test func `two that found a gap and fill it deadlock`() throws {
    try withMySQL { place in
      let sessions = try await place.sessions(2)
      for session in sessions {
        try await session.run("BEGIN")
        // Locks on a gap don't exclude each other.
        #expect(try await session.run("SELECT units FROM stock WHERE item = 7 FOR UPDATE") == nil)
      }
      async let first = sessions[0].error(of: "INSERT INTO stock VALUES (7, 1)")
      async let second = sessions[1].error(of: "INSERT INTO stock VALUES (7, 1)")
      #expect(await [first, second].compactMap(\.self) == ["1213"])
    }
  }

  @Test func `1205 undoes the statement, and the transaction can still commit`() throws {
    try withMySQL { place in
      let sessions = try await place.sessions(2, units: 10)
      let (one, other) = (sessions[0], sessions[1])
      try await one.run("BEGIN")
      try await one.run("UPDATE stock SET units = 9 WHERE item = 0")
      try await other.run("BEGIN")
      try await other.run("INSERT INTO stock VALUES (1, 1)")
      let nowait = "SELECT units FROM stock WHERE item = 0 FOR UPDATE NOWAIT"
      #expect(await other.error(of: nowait) == "1205")
      #expect(try await other.run("SELECT @@in_transaction") == 1)
      try await other.run("COMMIT")
      #expect(try await one.run("SELECT COUNT(*) FROM stock WHERE item = 1") == 1)
    }
  }

  @Test func `a statement commits by itself, also where the server is set up otherwise`() throws {
    try withRun { run in
      var options = MariaDBOptions()
      options.settings = ["autocommit": "OFF"]
      var address = try MariaDBServer.start(options, in: run).address
      #expect(try query(address, "SELECT @@autocommit") == "0")
      address.database = "mysql"
      let found = address
      try EventLoop.run { loop async throws in
        let place = MySQLPlace(loop: loop, address: found)
        let session = try await place.connect()
        #expect(try await session.run("SELECT @@autocommit") == 1)
        #expect(session.transactionStatus == .idle)
      }
    }
  }
}

@Suite struct MySQLLockFactsTests {
  @Test func `GET_LOCK says 1, 0 or NULL, and RELEASE_LOCK whose it was`() throws {
    try withMySQL { place in
      let (one, other) = (try await place.connect(), try await place.connect())
      let name = "\(one.schema ?? "")"
      #expect(try await one.run("SELECT GET_LOCK('\(name)', 0)") == 1)
      #expect(try await other.run("SELECT GET_LOCK('\(name)', 0)") == 0)
      #expect(try await other.run("SELECT GET_LOCK(NULL, 0)") == nil)
      #expect(try await other.run("SELECT RELEASE_LOCK('\(name)')") == 0)
      #expect(try await other.run("SELECT RELEASE_LOCK('\(name)-nobody')") == nil)
      #expect(try await other.run("SELECT IS_USED_LOCK('\(name)')") == one.backend)
      // Granted again to who has it, and to be released as often.
      #expect(try await one.run("SELECT GET_LOCK('\(name)', 0)") == 1)
      #expect(try await one.run("SELECT RELEASE_LOCK('\(name)')") == 1)
      #expect(try await other.run("SELECT GET_LOCK('\(name)', 0)") == 0)
      #expect(try await one.run("SELECT RELEASE_LOCK('\(name)')") == 1)
      #expect(try await other.run("SELECT GET_LOCK('\(name)', 0)") == 1)
    }
  }

  @Test func `it outlives COMMIT and ROLLBACK, and ends with its session`() throws {
    try withMySQL { place in
      let sessions = try await place.sessions(3)
      let (one, other, admin) = (sessions[0], sessions[1], sessions[2])
      let name = "\(one.schema ?? "")"
      for end in ["COMMIT", "ROLLBACK"] {
        try await one.run("BEGIN")
        #expect(try await one.run("SELECT GET_LOCK('\(name)', 0)") == 1)
        try await one.run("UPDATE stock SET units = 0")
        try await one.run(end)
        #expect(try await other.run("SELECT GET_LOCK('\(name)', 0)") == 0)
      }
      async let granted = other.run("SELECT GET_LOCK('\(name)', 15)")
      try await admin.kill(one)
      #expect(try await granted == 1)
    }
  }

  @Test func `two that want each other's lock: one is told at once, and keeps what it has`() throws
  {
    try withMySQL { place in
      let sessions = try await place.sessions(2, units: 10)
      let name = sessions[0].schema ?? ""
      for (number, session) in sessions.enumerated() {
        try await session.run("BEGIN")
        try await session.run("INSERT INTO stock VALUES (\(number + 5), 1)")
        #expect(try await session.run("SELECT GET_LOCK('\(name)-\(number)', 0)") == 1)
      }
      async let first = told(sessions[0], "\(name)-1")
      async let second = told(sessions[1], "\(name)-0")
      let errors = await [first, second]
      // MySQL: 3058.
      #expect(errors.compactMap(\.self) == ["1213"], "\(errors)")
      let victim = try #require(errors.firstIndex { $0 != nil })
      // Unlike a deadlock among rows, it leaves the transaction as it was.
      #expect(try await sessions[victim].run("SELECT @@in_transaction") == 1)
      try await sessions[victim].run("COMMIT")
      let kept = "SELECT COUNT(*) FROM stock WHERE item = \(victim + 5)"
      #expect(try await sessions[victim].run(kept) == 1)
    }
  }

  /// The error that waiting for a lock comes to; whoever is granted it gives it and its own back.
  private func told(_ session: MySQLConnection, _ name: String) async -> String? {
    let error = await session.error(of: "SELECT GET_LOCK('\(name)', 15)")
    _ = await session.error(of: "SELECT RELEASE_ALL_LOCKS()")
    return error
  }
}
