// What a transaction sees when it began, or read, before it had its lock, and what is lost when the
// lock goes before the commit. PostgreSQL manual §13.2. Every step is ordered by the test; nothing
// here depends on luck.

import Drivers
import History
import Testing

@testable import Harness

private typealias Isolation = SQLCommands.Isolation

/// Two buyers of one item with ten units in stock.
private struct Buyers {
  let item: Item
  let first: Session
  let second: Session

  static func run(_ body: @escaping @Sendable (Buyers) async throws -> Void) throws {
    try LockBench.run(.postgres) { bench in
      let buyers = Buyers(
        item: bench.item, first: try await bench.client(1), second: try await bench.client(2))
      try await PgUpdate().open([bench.item], units: 10, in: buyers.first)
      try await body(buyers)
    }
  }

  func units(_ session: Session) async throws(Failure) -> Int? {
    try await session.postgres.int(.selectUnits, item.number)
  }

  func write(_ units: Int, _ session: Session) async throws(Failure) {
    try await session.postgres.run(.setUnits, units, item.number)
  }

  /// The second buyer takes one, under the item's lock and committed.
  func secondBuys() async throws {
    let hold = try await AdvisoryLock().acquire(item, in: second)
    try await second.postgres.begin()
    let left = try #require(try await units(second))
    try await write(left - 1, second)
    try await second.postgres.commit()
    await AdvisoryLock().release(hold, in: second)
  }
}

@Suite("Transactions and the lock around them", .serialized)
struct IsolationFactsTests {
  @Test("REPEATABLE READ that read before the lock is stale, and its write is refused with 40001")
  func readBeforeLock() throws {
    try Buyers.run { buyers in
      let session = buyers.first
      try await session.postgres.begin(.repeatableRead)
      #expect(try await buyers.units(session) == 10)
      try await buyers.secondBuys()
      let hold = try await AdvisoryLock().acquire(buyers.item, in: session)
      #expect(try await buyers.units(session) == 10, "the snapshot is as old as the first query")
      do throws(Failure) {
        try await buyers.write(9, session)
        Issue.record("a write on an old snapshot was accepted")
      } catch {
        guard case .server(code: "40001", message: _) = error.reason else { throw error }
        #expect(error.certainty == .definite)
      }
      await session.settle()
      await AdvisoryLock().release(hold, in: session)
      #expect(try await buyers.units(session) == 9)
    }
  }

  @Test("REPEATABLE READ that only began before the lock reads fresh, and its write is accepted")
  func beginBeforeLock() throws {
    try Buyers.run { buyers in
      let session = buyers.first
      try await session.postgres.begin(.repeatableRead)
      try await buyers.secondBuys()
      let hold = try await AdvisoryLock().acquire(buyers.item, in: session)
      #expect(try await buyers.units(session) == 9)
      try await buyers.write(8, session)
      try await session.postgres.commit()
      await AdvisoryLock().release(hold, in: session)
      #expect(try await buyers.units(session) == 8)
    }
  }

  @Test("READ COMMITTED reads fresh after the lock, whatever it read before")
  func readCommitted() throws {
    try Buyers.run { buyers in
      let session = buyers.first
      try await session.postgres.begin(.readCommitted)
      #expect(try await buyers.units(session) == 10)
      try await buyers.secondBuys()
      #expect(try await buyers.units(session) == 9)
      try await session.postgres.rollback()
    }
  }

  @Test("READ COMMITTED accepts a write computed from what was read before the lock: one sale lost")
  func lostUpdate() throws {
    try Buyers.run { buyers in
      let session = buyers.first
      try await session.postgres.begin(.readCommitted)
      let left = try #require(try await buyers.units(session))
      try await buyers.secondBuys()
      try await buyers.write(left - 1, session)
      try await session.postgres.commit()
      #expect(try await buyers.units(session) == 9, "two sales, one unit gone")
    }
  }

  @Test("the lock released before COMMIT lets the next buyer read the old stock: one sale lost")
  func unlockBeforeCommit() throws {
    try Buyers.run { buyers in
      let (first, second, lock) = (buyers.first, buyers.second, AdvisoryLock())
      let early = try await lock.acquire(buyers.item, in: first)
      try await first.postgres.begin()
      #expect(try await buyers.units(first) == 10)
      try await buyers.write(9, first)
      await lock.release(early, in: first)
      let late = try await lock.acquire(buyers.item, in: second)
      try await second.postgres.begin()
      #expect(try await buyers.units(second) == 10, "what is not committed is not seen")
      try await first.postgres.commit()
      try await buyers.write(9, second)
      try await second.postgres.commit()
      await lock.release(late, in: second)
      #expect(try await buyers.units(first) == 9, "two sales, one unit gone")
    }
  }

  @Test("the lock released after COMMIT loses nothing")
  func unlockAfterCommit() throws {
    try Buyers.run { buyers in
      try await buyers.secondBuys()
      try await buyers.secondBuys()
      #expect(try await buyers.units(buyers.first) == 8)
    }
  }
}
