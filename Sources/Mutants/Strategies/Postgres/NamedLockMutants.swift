// named-lock and named-lock-xact, wrong in one way each.

import Drivers
import Harness
import History

enum NamedLockMutants {
  static let all: [any Mutant.Type] = [
    NamedLockOfTransaction.self,
    NamedLockTriesOnly.self,
    NamedLockShared.self,
    NamedLockReleasedEarly.self,
    XactLockShared.self,
    XactLockTriesOnly.self,
    XactLockReadsBefore.self,
  ]
}

struct NamedLockOfTransaction: LockedStock, Mutant {
  static let flaw = Flaw(
    "xact-outside", of: NamedLock.self,
    "pg_advisory_xact_lock outside a transaction: it ends with its statement", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = altering(AdvisoryLock()) {
    $0.lock = AdvisoryLock.exclusive.mutated("pg_advisory_lock", to: "pg_advisory_xact_lock")
  }
}

struct NamedLockTriesOnly: LockedStock, Mutant {
  static let flaw = Flaw(
    "try-ignored", of: NamedLock.self, "pg_try_advisory_lock, its answer ignored",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock = altering(AdvisoryLock()) {
    $0.lock = AdvisoryLock.exclusive.mutated("pg_advisory_lock", to: "pg_try_advisory_lock")
  }
}

struct NamedLockShared: LockedStock, Mutant {
  static let flaw = Flaw(
    "shared", of: NamedLock.self, "pg_advisory_lock_shared: readers' lock for writers",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock = altering(AdvisoryLock()) {
    $0.lock = AdvisoryLock.exclusive.mutated("pg_advisory_lock", to: "pg_advisory_lock_shared")
  }
}

struct NamedLockReleasedEarly: ReleasedBeforeCommit, Mutant {
  static let flaw = Flaw(
    "unlock-before-commit", of: NamedLock.self, "unlocked before COMMIT", shownBy: .crowd)
  let lock = AdvisoryLock()
}

struct XactLockShared: AlteredStrategy {
  static let flaw = Flaw(
    "shared", of: NamedLockXact.self, "pg_advisory_xact_lock_shared: readers' lock for writers",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let altered = altering(NamedLockXact()) {
    $0.lock = NamedLockXact.exclusive.mutated("xact_lock", to: "xact_lock_shared")
  }
}

struct XactLockTriesOnly: AlteredStrategy {
  static let flaw = Flaw(
    "try-ignored", of: NamedLockXact.self, "pg_try_advisory_xact_lock, its answer ignored",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let altered = altering(NamedLockXact()) {
    $0.lock = NamedLockXact.exclusive.mutated("pg_advisory", to: "pg_try_advisory")
  }
}

struct XactLockReadsBefore: AlteredStrategy {
  static let flaw = Flaw(
    "reads-before", of: NamedLockXact.self, "SELECT comes before the lock", shownBy: .crowd)
  let altered = NamedLockXact()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else {
      try await session.postgres.rollback()
      return .soldOut
    }
    try await session.postgres.rows(NamedLockXact.exclusive, [.text(item.lock)])
    try await session.postgres.run(.setUnits, left - units, item.number)
    try await session.postgres.commit()
    return .left(left - units)
  }
}
