// pg-update, pg-for-update and pg-serializable, wrong in one way each.

import Drivers
import Harness
import History

enum PostgresMutants {
  static let all: [any Mutant.Type] = [
    UpdateWithoutCheck.self,
    UpdateOffByOne.self,
    UpdateTakesNoneForSold.self,
    UpdateRollsBack.self,
    UpdateTellsLater.self,
    UpdateConfirmedUnwritten.self,
    SelectWithoutForUpdate.self,
    SelectForKeyShare.self,
    SelectSkipsLocked.self,
    SelectWithoutTransaction.self,
    ForUpdateWritesAfterReconnect.self,
    SerializableReadCommitted.self,
    SerializableTakesRefusalForSale.self,
    SerializableKeepsFirstRead.self,
  ]
}

struct UpdateWithoutCheck: AlteredStrategy {
  static let flaw = Flaw(
    "no-check", of: PgUpdate.self, "UPDATE without AND units >= n", shownBy: .lastUnits)
  let altered = altering(PgUpdate()) {
    $0.decrement = PgUpdate.takeUnits.mutated(" AND units >= $1", to: "")
  }
}

struct UpdateOffByOne: AlteredStrategy {
  static let flaw = Flaw(
    "off-by-one", of: PgUpdate.self, "> for >=: the last units are never sold",
    shownBy: .lastUnits)
  let altered = altering(PgUpdate()) {
    $0.decrement = PgUpdate.takeUnits.mutated("units >= $1", to: "units > $1")
  }
}

struct UpdateTakesNoneForSold: AlteredStrategy {
  static let flaw = Flaw(
    "no-row-sold", of: PgUpdate.self, "no row updated counts as sold", shownBy: .lastUnits)
  let altered = PgUpdate()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    _ = try await altered.take(units, of: item, in: session)
    return .taken
  }
}

struct UpdateRollsBack: AlteredStrategy {
  static let flaw = Flaw(
    "never-commits", of: PgUpdate.self, "the transaction is rolled back but counts as sold",
    shownBy: .crowd)
  let altered = PgUpdate()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    let reply = try await altered.take(units, of: item, in: session)
    try await session.postgres.rollback()
    return reply
  }
}

struct UpdateTellsLater: AlteredStrategy {
  static let flaw = Flaw(
    "told-later", of: PgUpdate.self, "what is left comes from a SELECT after the UPDATE",
    shownBy: .crowd)
  let altered = PgUpdate()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let reply = try await altered.take(units, of: item, in: session)
    if reply == .soldOut { return .soldOut }
    return .left(try await altered.read(item, in: session))
  }
}

struct UpdateConfirmedUnwritten: AlteredStrategy {
  static let flaw = Flaw(
    "synchronous-commit-off", of: PgUpdate.self,
    "synchronous_commit is off: sold before it is written", shownBy: .killedDatabase)
  let altered = PgUpdate()

  private static let hurry = Statement(
    "SET", "SET LOCAL synchronous_commit = off", effect: .read, prepared: false)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    try await session.postgres.rows(Self.hurry, [])
    let reply = try await altered.take(units, of: item, in: session)
    try await session.postgres.commit()
    return reply
  }
}

struct SelectWithoutForUpdate: AlteredStrategy {
  static let flaw = Flaw(
    "no-for-update", of: PgForUpdate.self, "SELECT without FOR UPDATE", shownBy: .crowd)
  let altered = altering(PgForUpdate()) { $0.select = .selectUnits }
}

struct SelectForKeyShare: AlteredStrategy {
  static let flaw = Flaw(
    "for-key-share", of: PgForUpdate.self, "FOR KEY SHARE, which lets others update the row",
    shownBy: .crowd)
  let altered = altering(PgForUpdate()) {
    $0.select = Statement.selectForUpdate.mutated("FOR UPDATE", to: "FOR KEY SHARE")
  }
}

struct SelectSkipsLocked: AlteredStrategy {
  static let flaw = Flaw(
    "skip-locked", of: PgForUpdate.self, "SKIP LOCKED: a row in use counts as sold out",
    shownBy: .crowd)
  let altered = altering(PgForUpdate()) {
    $0.select = Statement.selectForUpdate.mutated("FOR UPDATE", to: "FOR UPDATE SKIP LOCKED")
  }
}

struct SelectWithoutTransaction: AlteredStrategy {
  static let flaw = Flaw(
    "no-begin", of: PgForUpdate.self, "no BEGIN: the row's lock ends with the SELECT",
    shownBy: .crowd)
  let altered = PgForUpdate()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.postgres.int(Statement.selectForUpdate, item.number) ?? 0
    guard left >= units else { return .soldOut }
    try await session.postgres.run(.setUnits, left - units, item.number)
    return .left(left - units)
  }
}

struct ForUpdateWritesAfterReconnect: AlteredStrategy {
  static let flaw = Flaw(
    "writes-after-reconnect", of: PgForUpdate.self,
    "a lost connection is replaced and the UPDATE sent over the new one, without the row's lock",
    shownBy: .killedDatabase)
  let altered = PgForUpdate()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    let left = try await session.postgres.int(Statement.selectForUpdate, item.number) ?? 0
    guard left >= units else {
      try await session.postgres.rollback()
      return .soldOut
    }
    do throws(Failure) {
      try await session.postgres.run(.setUnits, left - units, item.number)
      try await session.postgres.commit()
    } catch {
      repeat {
        await session.pause(until: session.now + 50_000_000)
        try? await session.connect(by: session.deadline)
      } while !session.isConnected
        && session.now < session.deadline
      try await session.postgres.run(.setUnits, left - units, item.number)
    }
    return .left(left - units)
  }
}

struct SerializableReadCommitted: AlteredStrategy {
  static let flaw = Flaw(
    "read-committed", of: PgSerializable.self, "BEGIN without SERIALIZABLE", shownBy: .crowd)
  let altered = altering(PgSerializable()) { $0.isolation = .readCommitted }
}

struct SerializableTakesRefusalForSale: AlteredStrategy {
  static let flaw = Flaw(
    "40001-sold", of: PgSerializable.self, "a serialization failure counts as sold",
    shownBy: .crowd)
  let altered = PgSerializable()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    do throws(Failure) {
      return try await altered.attempt(units, of: item, in: session.postgres)
    } catch {
      guard case .server(code: "40001", message: _) = error.reason else { throw error }
      await session.settle()
      return .taken
    }
  }
}

struct SerializableKeepsFirstRead: AlteredStrategy {
  static let flaw = Flaw(
    "keeps-first-read", of: PgSerializable.self, "after 40001 it reuses its first read",
    shownBy: .crowd)
  let altered = PgSerializable()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else { return .soldOut }
    for _ in 1...100 {
      do throws(Failure) {
        try await session.postgres.begin(.serializable)
        try await session.postgres.run(.setUnits, left - units, item.number)
        try await session.postgres.commit()
        return .left(left - units)
      } catch {
        guard case .server(code: "40001", message: _) = error.reason else { throw error }
        await session.settle()
      }
    }
    throw .gaveUp("100 conflicts in a row")
  }
}
