// The strategies on MySQL, wrong in one way each: what MySQL forgives that PostgreSQL does not.

import Drivers
import Harness
import History

enum MySQLMutants {
  static let all: [any Mutant.Type] = [
    MySQLUpdateWithoutCheck.self,
    MySQLUpdateTakesNoneForSold.self,
    MySQLSelectWithoutForUpdate.self,
    MySQLOptimisticWithoutVersion.self,
    MySQLSerializableRepeatableRead.self,
    MySQLNamedLockAnswerIgnored.self,
    MySQLNamedLockReleasedEarly.self,
    MySQLNamedLockReadsBefore.self,
    MySQLRedissonOwnerWithoutThread.self,
    MySQLLockedOptimisticOwner.self,
    MySQLLockedOptimisticNoVersion.self,
  ]
}

struct MySQLUpdateWithoutCheck: AlteredStrategy {
  static let flaw = Flaw(
    "no-check", of: MySQLUpdate.self, "UPDATE without AND units >= n", shownBy: .lastUnits)
  let altered = altering(MySQLUpdate()) {
    $0.decrement = MySQLUpdate.takeUnits.mutated(" AND units >= $1", to: "")
  }
}

struct MySQLUpdateTakesNoneForSold: AlteredStrategy {
  static let flaw = Flaw(
    "no-row-sold", of: MySQLUpdate.self, "no row updated counts as sold", shownBy: .lastUnits)
  let altered = MySQLUpdate()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    _ = try await altered.take(units, of: item, in: session)
    return .taken
  }
}

struct MySQLSelectWithoutForUpdate: AlteredStrategy {
  static let flaw = Flaw(
    "no-for-update", of: MySQLForUpdate.self, "SELECT without FOR UPDATE", shownBy: .crowd)
  let altered = altering(MySQLForUpdate()) { $0.select = .selectUnits }
}

struct MySQLOptimisticWithoutVersion: AlteredStrategy {
  static let flaw = Flaw(
    "no-version", of: MySQLOptimistic.self, "the version is not in the WHERE clause",
    shownBy: .crowd)
  let altered = altering(MySQLOptimistic()) {
    $0.update = Statement.updateVersion.mutated("version = $3", to: "$3 IS NOT NULL")
  }
}

struct MySQLSerializableRepeatableRead: AlteredStrategy {
  static let flaw = Flaw(
    "repeatable-read", of: MySQLSerializable.self, "BEGIN at MySQL's standard, REPEATABLE READ",
    shownBy: .crowd)
  let altered = altering(MySQLSerializable()) { $0.isolation = .standard }
}

struct MySQLNamedLockAnswerIgnored: MySQLStock, LockedStock, Mutant {
  static let flaw = Flaw(
    "answer-ignored", of: MySQLNamedLock.self,
    "GET_LOCK with a time-out of 0, its answer ignored", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = altering(UserLock()) {
    $0.wait = 0
    $0.isAnswerRead = false
  }
}

struct MySQLNamedLockReleasedEarly: MySQLStock, ReleasedBeforeCommit, Mutant {
  static let flaw = Flaw(
    "unlock-before-commit", of: MySQLNamedLock.self, "RELEASE_LOCK before COMMIT",
    shownBy: .crowd)
  let lock = UserLock()
}

struct MySQLNamedLockReadsBefore: MySQLStock, TransactionBeforeLock, Mutant {
  static let flaw = Flaw(
    "reads-before", of: MySQLNamedLock.self, "BEGIN and SELECT come before GET_LOCK",
    shownBy: .crowd)
  let isolation = SQLCommands.Isolation.standard
  let lock = UserLock()
}

struct MySQLRedissonOwnerWithoutThread: MySQLStock, LockedStock, Mutant {
  static let flaw = Flaw(
    "owner-without-thread", of: MySQLRedissonLock.self,
    "the owner is the client instance: its threads enter together", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = RedissonLock(owner: { $0.topology.schema })
}

struct MySQLLockedOptimisticOwner: AlteredStrategy {
  static let flaw = Flaw(
    "owner-without-thread", of: MySQLLockOptimistic.self,
    "the owner is the client instance; the version alone saves the stock", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let altered = altering(MySQLLockOptimistic()) {
    $0.lock = RedissonLock(owner: { $0.topology.schema })
  }
}

struct MySQLLockedOptimisticNoVersion: AlteredStrategy {
  static let flaw = Flaw(
    "no-version", of: MySQLLockOptimistic.self, "the version is not in the WHERE clause",
    shownBy: .lostLock)
  let altered = altering(MySQLLockOptimistic()) {
    $0.optimistic = MySQLOptimisticWithoutVersion().altered
  }
}
