// A session on a real MariaDB: what each way of failing leaves behind, checked against what the table
// says it proves.

import Support
import Testing

@testable import Drivers

private let insert = Statement(
  "INSERT", "INSERT INTO soldout.stock VALUES ($1, $2)", effect: .write, showing: 1)
private let select = Statement(
  "SELECT", "SELECT n FROM soldout.stock WHERE item = $1", effect: .read)
private let take = Statement(
  "UPDATE -", "UPDATE soldout.stock SET n = n - 1 WHERE item = $1 AND n > 0", effect: .write)
private let set = Statement(
  "UPDATE", "UPDATE soldout.stock SET n = $2 WHERE item = $1", effect: .write, showing: 1)
private let lock = Statement(
  "SELECT FOR UPDATE", "SELECT n FROM soldout.stock WHERE item = $1 FOR UPDATE", effect: .read)
private let sleep = Statement("SLEEP", "DO SLEEP(60)", effect: .write)
private let getLock = Statement("LOCK", "SELECT GET_LOCK('l', 0)", effect: .read)
private let isolate = Statement(
  "SET", "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", effect: .write, prepared: false)
private let isolation = Statement("SHOW", "SELECT @@tx_isolation", effect: .read)
private let echo = Statement("ECHO", "SELECT $1", effect: .read)

extension MySQLPlace {
  /// A table with ten units of item a.
  func withStock(_ sessions: Int) async throws -> [MySQLConnection] {
    let first = try await connect()
    for sql in [
      "CREATE TABLE soldout.stock (item varchar(20) PRIMARY KEY, n int NOT NULL CHECK (n >= 0))",
      "INSERT INTO soldout.stock VALUES ('a', 10)",
    ] {
      _ = try await first.execute(Statement("DDL", sql, effect: .write, prepared: false))
    }
    var all = [first]
    while all.count < sessions { all.append(try await connect()) }
    return all
  }
}

@Suite struct MySQLConnectionTests {
  @Test func `rows, counts and NULL come back`() throws {
    try withMySQL { place in
      let session = try await place.withStock(1)[0]
      #expect(session.backend > 0 && session.serverVersion.contains("MariaDB"))
      let inserted = try await session.execute(insert, ["b", 5])
      #expect(inserted.affected == 1 && inserted.columns == 0)
      let selected = try await session.execute(select, ["b"])
      #expect(selected.integer() == 5 && selected.text() == "5" && selected.column("n") == 0)
      let none = try await session.execute(select, ["none"])
      #expect(none.count == 0 && none.integer() == nil && none.isNull() && none.columns == 1)
      for value in ["", "é'\\", "a\0b", String(repeating: "x", count: 3_000_000)] {
        #expect(try await session.execute(echo, [.text(value)]).text() == value)
      }
      #expect(try await session.execute(echo, [nil]).isNull())
      #expect(try await session.execute(echo, [.integer(.min)]).integer() == .min)
      #expect(try await session.execute(echo, [true]).boolean() == true)
      // As PostgreSQL counts: a row that is written counts, also with what it held.
      #expect(try await session.execute(set, ["b", 5]).affected == 1)
      let plain = Statement(
        "SELECT", "SELECT 1 AS a, NULL AS b UNION ALL SELECT 22, 'x'", effect: .read,
        prepared: false)
      let rows = try await session.execute(plain)
      #expect(rows.count == 2 && rows.column("b") == 1 && rows.isNull(0, 1))
      #expect(rows.integer(1, 0) == 22 && rows.text(1, 1) == "x")
    }
  }

  @Test func `many rows of changing widths come back whole`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let lengths = (0..<300).map { _ in Int(random.next() % 200) }
    try withMySQL { place in
      let session = try await place.withStock(1)[0]
      let rows = Statement(
        "SELECT",
        lengths.enumerated().map { "SELECT \($0.offset) AS k, REPEAT('y', \($0.element)) AS v" }
          .joined(separator: " UNION ALL "), effect: .read)
      for _ in 0..<2 {
        let found = try await session.execute(rows)
        #expect(found.count == lengths.count)
        for row in 0..<found.count {
          let (key, text) = (found.integer(row, 0) ?? -1, found.text(row, 1) ?? "")
          #expect(text.utf8.count == lengths[key], "row \(key), seed \(seed)")
        }
      }
    }
  }

  @Test func `fifty clients take every unit once`() throws {
    let taken = try withMySQL { place in
      let session = try await place.withStock(1)[0]
      _ = try await session.execute(set, ["a", 300])
      let taken = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<50 {
          group.addTask {
            let own = try await place.connect()
            var count = 0
            while try await own.execute(take, ["a"]).affected == 1 { count += 1 }
            own.close()
            return count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(try await session.execute(select, ["a"]).integer() == 0)
      return taken
    }
    #expect(taken == 300)
  }

  @Test func `a refused statement fails definitely and leaves the session usable`() throws {
    try withMySQL { place in
      let session = try await place.withStock(1)[0]
      let failures = [
        await failure(of: session, insert, ["a", 1]), await failure(of: session, set, ["a", -1]),
        await failure(of: session, Statement("X", "SELEKT", effect: .write)),
      ]
      #expect(failures.allSatisfy { $0?.certainty == .definite })
      #expect(
        failures.map { $0?.description } == [
          "1062 dup_entry", "4025 constraint_failed", "1064 parse_error",
        ])
      #expect(try await session.execute(select, ["a"]).integer() == 10)
    }
  }

  @Test func `a transaction's standing is known after every answer`() throws {
    try withMySQL { place in
      let sessions = try await place.withStock(2)
      let (one, other) = (sessions[0], sessions[1])
      _ = try await one.execute(.begin)
      #expect(one.transactionStatus == .open)
      #expect(await failure(of: one, insert, ["a", 1])?.description == "1062 dup_entry")
      #expect(one.transactionStatus == .open)
      _ = try await one.execute(lock, ["a"])
      let wait = Statement(
        "SET", "SET SESSION innodb_lock_wait_timeout = 1", effect: .read, prepared: false)
      _ = try await other.execute(wait)
      _ = try await other.execute(.begin)
      _ = try await other.execute(insert, ["c", 1])
      let blocked = await failure(of: other, set, ["a", 1])
      #expect(blocked?.description == "1205 lock_wait_timeout" && blocked?.certainty == .definite)
      // Only the statement is undone.
      #expect(other.transactionStatus == .open)
      #expect(try await other.execute(select, ["c"]).integer() == 1)
      _ = try await one.execute(.rollback)
      _ = try await other.execute(.commit)
      #expect(one.transactionStatus == .idle && other.transactionStatus == .idle)
      #expect(try await one.execute(select, ["c"]).integer() == 1)
    }
  }

  @Test(arguments: [false, true])
  func `a killed session is in doubt only where it was committing`(inTransaction: Bool) throws {
    try withMySQL { place in
      let sessions = try await place.withStock(2)
      let (victim, admin) = (sessions[0], sessions[1])
      if inTransaction {
        _ = try await victim.execute(.begin)
        _ = try await victim.execute(set, ["a", 1])
      }
      async let ending = failure(of: victim, sleep)
      await place.loop.sleep(for: .milliseconds(20))
      try await admin.kill(victim)
      let lost = await ending
      #expect(
        ["1927 connection_killed", "1317 query_interrupted", "connection closed"]
          .contains(lost?.description))
      #expect(lost?.certainty == (inTransaction ? .definite : .indefinite))
      while victim.isOpen { await place.loop.sleep(for: .milliseconds(1)) }
      #expect(await failure(of: victim, select, ["a"]) == .definite(.connectionClosed))
      #expect(try await admin.execute(select, ["a"]).integer() == 10)
    }
  }

  @Test func `the end of a session that waits for nothing is seen`() throws {
    try withMySQL { place in
      let sessions = try await place.withStock(2)
      try await sessions[1].kill(sessions[0])
      let end = EventLoop.now() + 20_000_000_000
      while sessions[0].isOpen, EventLoop.now() < end {
        await place.loop.sleep(for: .milliseconds(1))
      }
      #expect(!sessions[0].isOpen && sessions[0].transactionStatus == .unknown)
    }
  }

  @Test(arguments: [false, true])
  func `a timeout closes the session and is in doubt only where it was committing`(
    inTransaction: Bool
  ) throws {
    try withMySQL { place in
      let session = try await place.withStock(1)[0]
      if inTransaction { _ = try await session.execute(.begin) }
      let overdue = await failure(of: session, sleep, within: 10_000_000)
      #expect(overdue == Failure(inTransaction ? .definite : .indefinite, .timeout))
      #expect(!session.isOpen && session.transactionStatus == .unknown)
      #expect(await failure(of: session, set, ["a", 1]) == .definite(.connectionClosed))
    }
  }

  @Test func `a session closed in mid-statement fails, and its loop ends`() throws {
    try withMySQL { place in
      let session = try await place.withStock(1)[0]
      async let ending = failure(of: session, sleep)
      await place.loop.sleep(for: .milliseconds(5))
      session.close()
      #expect(await ending == .indefinite(.connectionClosed))
      // Forgotten open, in a transaction: the loop's end closes it.
      let forgotten = try await place.connect()
      _ = try await forgotten.execute(.begin)
    }
  }

  @Test func `a session renewed holds no lock, knows no setting, and works`() throws {
    try withMySQL { place in
      let sessions = try await place.withStock(2)
      let (one, other) = (sessions[0], sessions[1])
      _ = try await one.execute(select, ["a"])
      #expect(try await one.execute(getLock).integer() == 1)
      _ = try await one.execute(isolate)
      #expect(try await one.execute(isolation).text() == "SERIALIZABLE")
      try await one.renew()
      #expect(try await other.execute(getLock).integer() == 1)
      #expect(try await one.execute(isolation).text() == "REPEATABLE-READ")
      #expect(try await one.execute(select, ["a"]).integer() == 10)
    }
  }

  @Test func `a lost reply was executed; a crash sent nothing; the trace shows both lanes`() throws
  {
    try withMySQL { place in
      let sessions = try await place.withStock(3)
      let (lossy, crashing, reader) = (sessions[0], sessions[1], sessions[2])
      let trace = CommandTrace()
      for session in sessions { session.trace = trace }
      _ = try await reader.execute(select, ["a"])
      lossy.gate = OnePassage(.loseReply)
      #expect(await failure(of: lossy, set, ["a", 57]) == .indefinite(.connectionClosed))
      crashing.gate = OnePassage(.crash)
      #expect(await failure(of: crashing, set, ["a", 58]) == .definite(.crashed))
      _ = try await reader.execute(select, ["a"])
      #expect(trace.steps.map { "\($0.verb)" } == ["SELECT", "UPDATE", "SELECT"])
      #expect(trace.steps.map(\.argument) == [nil, 57, nil])
      #expect(trace.steps.map(\.reply) == [.integer(10), .lost, .integer(57)])
      #expect(trace.steps.allSatisfy { $0.sent < $0.received })
    }
  }

  @Test func `a server that is not there or lets nobody in refuses definitely`() throws {
    let failures = try withMySQL { place in
      var failures: [Failure] = []
      func open(_ change: (inout MySQLAddress) -> Void) async {
        var address = place.address
        change(&address)
        do throws(Failure) {
          _ = try await MySQLConnection.open(
            address, on: place.loop, deadline: EventLoop.now() + 20_000_000_000)
        } catch {
          failures.append(error)
        }
      }
      await open { $0.schema = "nope" }
      await open { $0.password = "wrong" }
      await open { $0.socket = "/nonexistent" }
      await open { ($0.socket, $0.host, $0.port) = (nil, "127.0.0.1", 1) }
      return failures
    }
    #expect(failures.allSatisfy { $0.certainty == .definite })
    #expect(
      failures.map(\.description) == [
        "1049 bad_db_error", "1045 access_denied_error", "connection refused",
        "connection refused",
      ])
  }
}

/// Lets everything through in one way.
private final class OnePassage: CommandGate {
  private let admission: Admission
  init(_ admission: Admission) { self.admission = admission }
  func admit(_ command: CommandDescription) async -> Admission { admission }
  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
