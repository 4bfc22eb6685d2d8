// PostgreSQL's advisory locks: whose they are, what ends them, and how a wait for one is cut short.
// PostgreSQL manual §13.3.5 and §20.11 (lock_timeout).

import Drivers
import History
import Testing

@testable import Harness

private let key = 4711
private let lock = Statement("LOCK", "SELECT pg_advisory_lock($1)", effect: .read)
private let lockXact = Statement("LOCK", "SELECT pg_advisory_xact_lock($1)", effect: .read)
private let unlock = Statement("UNLOCK", "SELECT pg_advisory_unlock($1)", effect: .read)
private let attempt = Statement(
  "TRY",
  "SELECT pg_try_advisory_lock($1) AND pg_advisory_unlock($1)", effect: .read)
private let timeout = Statement("SET", "SET lock_timeout = '50ms'", effect: .read)
private let backend = Statement("BACKEND", "SELECT pg_backend_pid()", effect: .read)
private let terminate = Statement(
  "TERMINATE", "SELECT pg_terminate_backend($1, 10000)", effect: .read)

private struct Two {
  let owner: SQLCommands
  let other: SQLCommands

  static func run(_ body: @escaping @Sendable (Two) async throws -> Void) throws {
    try LockBench.run(.postgres) { bench in
      let (owner, other) = (try await bench.client(1), try await bench.client(2))
      try await body(Two(owner: owner.postgres, other: other.postgres))
    }
  }

  func take(_ statement: Statement) async throws {
    try await owner.rows(statement, [.integer(key)])
  }

  /// Whether the lock is there for others to take.
  func isFree() async throws -> Bool {
    try await other.rows(attempt, [.integer(key)]).boolean() == true
  }
}

/// How a transaction ends.
private enum TransactionEnd: CaseIterable, Sendable {
  case commit
  case rollback

  func end(_ postgres: SQLCommands) async throws {
    switch self {
    case .commit: try await postgres.commit()
    case .rollback: try await postgres.rollback()
    }
  }
}

@Suite("Advisory locks", .serialized)
struct AdvisoryFactsTests {
  @Test("a lock of a session outlives its transactions", arguments: TransactionEnd.allCases)
  fileprivate func sessionLock(_ ending: TransactionEnd) throws {
    try Two.run { two in
      try await two.owner.begin()
      try await two.take(lock)
      try await ending.end(two.owner)
      #expect(try await !two.isFree())
      try await two.take(unlock)
      #expect(try await two.isFree())
    }
  }

  @Test("a transaction's lock ends with it, unlocked by nobody", arguments: TransactionEnd.allCases)
  fileprivate func transactionLock(_ ending: TransactionEnd) throws {
    try Two.run { two in
      try await two.owner.begin()
      try await two.take(lockXact)
      #expect(try await !two.isFree())
      try await ending.end(two.owner)
      #expect(try await two.isFree())
    }
  }

  @Test("a session's lock taken twice is released twice")
  func reentrant() throws {
    try Two.run { two in
      try await two.take(lock)
      try await two.take(lock)
      try await two.take(unlock)
      #expect(try await !two.isFree())
      try await two.take(unlock)
      #expect(try await two.isFree())
    }
  }

  @Test("nobody unlocks what another session holds")
  func foreignUnlock() throws {
    try Two.run { two in
      try await two.take(lock)
      #expect(try await two.other.rows(unlock, [.integer(key)]).boolean() == false)
      #expect(try await !two.isFree())
      try await two.take(unlock)
    }
  }

  @Test("lock_timeout ends the wait with 55P03, and nothing was done")
  func lockTimeout() throws {
    try Two.run { two in
      try await two.take(lock)
      try await two.other.rows(timeout, [])
      do throws(Failure) {
        try await two.other.rows(lock, [.integer(key)])
        Issue.record("granted to two")
      } catch {
        #expect(error.isLockTimeout && error.certainty == .definite)
      }
      try await two.take(unlock)
      #expect(try await two.isFree())
    }
  }

  @Test("a session that ends gives its locks up")
  func death() throws {
    try Two.run { two in
      try await two.take(lock)
      let process = try #require(try await two.owner.int(backend))
      try await two.other.rows(terminate, [.integer(process)])
      #expect(try await two.isFree())
    }
  }
}
