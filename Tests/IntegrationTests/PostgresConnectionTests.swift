// A session on a real PostgreSQL: what each way of failing leaves behind, checked against what the
// table says it proves.

import Testing

@testable import Drivers

private let schema = Statement(
  "DDL",
  """
  CREATE TABLE stock (item text PRIMARY KEY, n int NOT NULL CHECK (n >= 0));
  CREATE TABLE late (id int PRIMARY KEY, r int, UNIQUE (r) DEFERRABLE INITIALLY DEFERRED);
  INSERT INTO stock VALUES ('a', 10)
  """, effect: .write, prepared: false)
private let insert = Statement(
  "INSERT", "INSERT INTO stock VALUES ($1, $2)", effect: .write, showing: 1)
private let select = Statement("SELECT", "SELECT n FROM stock WHERE item = $1", effect: .read)
private let take = Statement(
  "UPDATE", "UPDATE stock SET n = n - 1 WHERE item = $1 AND n > 0 RETURNING n", effect: .write)
private let set = Statement(
  "UPDATE", "UPDATE stock SET n = $2 WHERE item = $1", effect: .write, showing: 1)
private let lock = Statement(
  "SELECT FOR UPDATE", "SELECT n FROM stock WHERE item = $1 FOR UPDATE", effect: .read)
private let insertLate = Statement("INSERT", "INSERT INTO late VALUES ($1, $2)", effect: .write)
private let sleep = Statement("SLEEP", "SELECT pg_sleep(60)", effect: .write)
private let terminate = Statement(
  "TERMINATE", "SELECT pg_terminate_backend($1)", effect: .write)
private let advisoryLock = Statement("LOCK", "SELECT pg_advisory_lock(7)", effect: .write)
private let tryAdvisoryLock = Statement("LOCK", "SELECT pg_try_advisory_lock(7)", effect: .write)
private let isolate = Statement(
  "SET", "SET default_transaction_isolation = 'serializable'", effect: .write)
private let isolation = Statement("SHOW", "SHOW default_transaction_isolation", effect: .read)
private let echo = Statement("ECHO", "SELECT $1::text", effect: .read)

private struct Place: Sendable {
  let loop: EventLoop
  let address: PostgresAddress

  func connect() async throws(Failure) -> PostgresConnection {
    try await PostgresConnection.open(
      address, on: loop, deadline: EventLoop.now() + 20_000_000_000, name: "test")
  }
}

private func withPostgres<Result: Sendable>(
  _ body: @Sendable @escaping (Place) async throws -> Result
) throws -> Result {
  var result: Result?
  try withRun { run in
    let server = try PostgresServer.start(in: run)
    let address = server.address
    result = try EventLoop.run { loop async throws -> Result in
      let place = Place(loop: loop, address: address)
      let session = try await place.connect()
      _ = try await session.execute(schema)
      session.close()
      return try await body(place)
    }
    try server.stop()
  }
  return try #require(result)
}

private func failure(
  of session: PostgresConnection, _ statement: Statement, _ values: [SQLValue] = [],
  within patience: Int64 = 20_000_000_000
) async -> Failure? {
  do throws(Failure) {
    _ = try await session.execute(statement, values, deadline: EventLoop.now() + patience)
    return nil
  } catch {
    return error
  }
}

@Suite struct PostgresConnectionTests {
  @Test func `rows, counts and NULL come back`() throws {
    try withPostgres { place in
      let session = try await place.connect()
      #expect(session.backend > 0 && session.serverVersion >= 100_000)
      let inserted = try await session.execute(insert, ["b", 5])
      #expect(inserted.affected == 1 && inserted.columns == 0 && inserted.tag == "INSERT 0 1")
      let selected = try await session.execute(select, ["b"])
      #expect(selected.integer() == 5 && selected.text() == "5" && selected.column("n") == 0)
      let none = try await session.execute(select, ["none"])
      #expect(none.count == 0 && none.integer() == nil && none.isNull() && none.columns == 1)
      for value in ["", "é'\\", String(repeating: "x", count: 3_000_000)] {
        #expect(try await session.execute(echo, [.text(value)]).text() == value)
      }
      #expect(try await session.execute(echo, [nil]).isNull())
      let refused = await failure(of: session, echo, ["a\0b"])
      #expect(refused?.certainty == .definite && session.isOpen)
    }
  }

  @Test func `fifty clients take every unit once`() throws {
    let seen = try withPostgres { place in
      let session = try await place.connect()
      _ = try await session.execute(set, ["a", 300])
      return try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 0..<50 {
          group.addTask {
            let own = try await place.connect()
            var values: [Int] = []
            while let left = try await own.execute(take, ["a"]).integer() { values.append(left) }
            own.close()
            return values
          }
        }
        return try await group.reduce(into: [Int]()) { $0 += $1 }
      }
    }
    #expect(seen.sorted() == Array(0..<300))
  }

  @Test func `a refused statement fails definitely and leaves the session usable`() throws {
    let failures = try withPostgres { place in
      let session = try await place.connect()
      return [
        await failure(of: session, insert, ["a", 1]), await failure(of: session, set, ["a", -1]),
        await failure(of: session, Statement("X", "SELEKT", effect: .write)),
        await failure(of: session, select, ["a"]),
      ]
    }
    #expect(failures.dropLast().allSatisfy { $0?.certainty == .definite })
    let texts = failures.map { $0?.description }
    let expected = [
      "23505 unique_violation", "23514 check_violation",
      "42 syntax_error_or_access_rule_violation", nil,
    ]
    #expect(texts[0] == expected[0] && texts[1] == expected[1] && texts[3] == nil)
    #expect(texts[2] == "42601 syntax_error_or_access_rule_violation")
  }

  @Test func `COMMIT of a failed transaction is a failure, though the server says ROLLBACK`() throws
  {
    try withPostgres { place in
      let session = try await place.connect()
      _ = try await session.execute(.begin)
      _ = try await session.execute(set, ["a", 3])
      #expect(session.transactionStatus == .open)
      #expect(await failure(of: session, set, ["a", -1])?.certainty == .definite)
      #expect(session.transactionStatus == .failed)
      let refused = await failure(of: session, .commit)
      #expect(refused?.certainty == .definite)
      #expect(refused?.description == "25P02 in_failed_sql_transaction")
      #expect(session.transactionStatus == .idle)
      #expect(try await session.execute(select, ["a"]).integer() == 10)
    }
  }

  @Test func `an error that comes after the rows, at the commit, is not missed`() throws {
    try withPostgres { place in
      let session = try await place.connect()
      _ = try await session.execute(insertLate, [1, 1])
      // The constraint is checked at the commit, after INSERT was answered.
      let late = await failure(of: session, insertLate, [2, 1])
      #expect(late?.description == "23505 unique_violation" && late?.certainty == .definite)
      _ = try await session.execute(.begin)
      _ = try await session.execute(insertLate, [3, 1])
      let atCommit = await failure(of: session, .commit)
      #expect(atCommit?.description == "23505 unique_violation")
      #expect(atCommit?.certainty == .definite && session.transactionStatus == .idle)
    }
  }

  @Test func `lock_timeout and statement_timeout undo the statement`() throws {
    try withPostgres { place in
      let (holder, waiter) = (try await place.connect(), try await place.connect())
      let limits = Statement(
        "SET", "SET lock_timeout = '20ms'; SET statement_timeout = '300ms'", effect: .read,
        prepared: false)
      _ = try await waiter.execute(limits)
      _ = try await holder.execute(.begin)
      _ = try await holder.execute(lock, ["a"])
      let blocked = await failure(of: waiter, set, ["a", 1])
      #expect(blocked == .definite(blocked?.reason ?? .timeout))
      #expect(blocked?.description == "55P03 lock_not_available")
      _ = try await holder.execute(.rollback)
      let slow = await failure(of: waiter, sleep)
      #expect(slow?.description == "57014 query_canceled" && slow?.certainty == .definite)
      #expect(try await holder.execute(select, ["a"]).integer() == 10)
    }
  }

  @Test(arguments: [false, true])
  func `a terminated session is in doubt only where it was committing`(inTransaction: Bool) throws {
    try withPostgres { place in
      let (victim, admin) = (try await place.connect(), try await place.connect())
      if inTransaction {
        _ = try await victim.execute(.begin)
        _ = try await victim.execute(set, ["a", 1])
      }
      async let ending = failure(of: victim, sleep)
      await place.loop.sleep(for: .milliseconds(20))
      _ = try await admin.execute(terminate, [.integer(Int(victim.backend))])
      let lost = await ending
      #expect(lost?.description == "57P01 admin_shutdown")
      #expect(lost?.certainty == (inTransaction ? .definite : .indefinite))
      while victim.isOpen { await place.loop.sleep(for: .milliseconds(1)) }
      #expect(await failure(of: victim, select, ["a"]) == .definite(.connectionClosed))
      #expect(try await admin.execute(select, ["a"]).integer() == 10)
    }
  }

  @Test(arguments: [false, true])
  func `a timeout closes the session and is in doubt only where it was committing`(
    inTransaction: Bool
  ) throws {
    try withPostgres { place in
      let session = try await place.connect()
      if inTransaction { _ = try await session.execute(.begin) }
      let overdue = await failure(of: session, sleep, within: 10_000_000)
      #expect(overdue == Failure(inTransaction ? .definite : .indefinite, .timeout))
      #expect(!session.isOpen && session.transactionStatus == .unknown)
      #expect(await failure(of: session, set, ["a", 1]) == .definite(.connectionClosed))
    }
  }

  @Test func `a session renewed holds no lock, knows no setting, and works`() throws {
    try withPostgres { place in
      let one = try await place.connect()
      _ = try await one.execute(select, ["a"])
      _ = try await one.execute(advisoryLock)
      _ = try await one.execute(isolate)
      #expect(try await one.execute(isolation).text(0, 0) == "serializable")
      try await one.renew()
      let other = try await place.connect()
      #expect(try await other.execute(tryAdvisoryLock).text(0, 0) == "t")
      #expect(try await one.execute(isolation).text(0, 0) == "read committed")
      #expect(try await one.execute(select, ["a"]).integer(0, 0) == 10)
      for session in [one, other] { session.close() }
    }
  }

  @Test func `unlocking what one does not hold is a warning beside false`() throws {
    try withPostgres { place in
      let session = try await place.connect()
      let unlock = Statement("UNLOCK", "SELECT pg_advisory_unlock(7)", effect: .read)
      #expect(try await session.execute(unlock).boolean() == false)
      #expect(session.notices.map(\.severity) == ["WARNING"])
      _ = try await session.execute(select, ["a"])
      #expect(session.notices.isEmpty)
    }
  }

  @Test func `a lost reply was executed; a crash sent nothing; the trace shows both lanes`() throws
  {
    try withPostgres { place in
      let (lossy, crashing, reader) = (
        try await place.connect(), try await place.connect(), try await place.connect()
      )
      let trace = CommandTrace()
      for session in [lossy, crashing, reader] { session.trace = trace }
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

  @Test func `a server that is not there or knows no such database refuses definitely`() throws {
    let failures = try withPostgres { place in
      var failures: [Failure] = []
      func open(_ change: (inout PostgresAddress) -> Void) async {
        var address = place.address
        change(&address)
        do throws(Failure) {
          _ = try await PostgresConnection.open(
            address, on: place.loop, deadline: EventLoop.now() + 20_000_000_000)
        } catch {
          failures.append(error)
        }
      }
      await open { $0.database = "nope" }
      await open { $0.user = "nobody_here" }
      await open { $0.host = "/nonexistent" }
      await open { ($0.host, $0.port) = ("127.0.0.1", 1) }
      return failures
    }
    #expect(failures.allSatisfy { $0.certainty == .definite })
    let texts = failures.map(\.description)
    let expected = [
      "3D000 invalid_catalog_name", "28000 invalid_authorization_specification",
      "connection refused", "connection refused",
    ]
    #expect(texts == expected)
  }
}

/// Lets everything through in one way.
private final class OnePassage: CommandGate {
  private let admission: Admission
  init(_ admission: Admission) { self.admission = admission }
  func admit(_ command: CommandDescription) async -> Admission { admission }
  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
