// The strategies with a lock and a second line of defence, wrong in one way each: the lock, which
// the second line hides from the stock, or the second line, which shows when the lock is lost.

import Drivers
import Harness
import History

enum SecondLineMutants {
  static let all: [any Mutant.Type] = [
    OptimisticOwnerWithoutThread.self,
    LockedOptimisticWithoutVersion.self,
    PessimisticOwnerWithoutThread.self,
    LockedSelectWithoutForUpdate.self,
    FencedWriteUnchecked.self,
    FencedWriteBackwards.self,
    FencedTokenFetchedLater.self,
    FencedTokenPutDownTwice.self,
    LockedOptimisticTakesNoneForSold.self,
    LockedOptimisticKeepsVersion.self,
    PessimisticLocksRowLate.self,
    ThrowingOwnerWithoutThread.self,
    ThrowsTooLate.self,
  ]
}

struct OptimisticOwnerWithoutThread: AlteredStrategy {
  static let flaw = Flaw(
    "owner-without-thread", of: LockOptimistic.self,
    "the owner is the client instance; the version alone saves the stock", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let altered = altering(LockOptimistic()) { $0.lock = RedissonLock(owner: { $0.topology.schema }) }
}

struct LockedOptimisticWithoutVersion: AlteredStrategy {
  static let flaw = Flaw(
    "no-version", of: LockOptimistic.self, "the version is not in the WHERE clause",
    shownBy: .lostLock)
  let altered = altering(LockOptimistic()) { $0.optimistic = OptimisticWithoutVersion().altered }
}

struct PessimisticOwnerWithoutThread: AlteredStrategy {
  static let flaw = Flaw(
    "owner-without-thread", of: LockPessimistic.self,
    "the owner is the client instance; the row's lock alone saves the stock", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let altered = altering(LockPessimistic()) {
    $0.lock = RedissonLock(owner: { $0.topology.schema })
  }
}

struct LockedSelectWithoutForUpdate: AlteredStrategy {
  static let flaw = Flaw(
    "no-for-update", of: LockPessimistic.self, "SELECT without FOR UPDATE", shownBy: .lostLock)
  let altered = altering(LockPessimistic()) {
    $0.pessimistic = altering(PgForUpdate()) { $0.select = .selectUnits }
  }
}

struct FencedWriteUnchecked: AlteredStrategy {
  static let flaw = Flaw(
    "write-unfenced", of: LockRedissonFenced.self, "the write does not check the token",
    shownBy: .lostLock)
  let altered = altering(LockRedissonFenced()) {
    $0.write = LockRedissonFenced.writeUnits.mutated("fence = $3", to: "$3::bigint IS NOT NULL")
  }
}

struct FencedWriteBackwards: AlteredStrategy {
  static let flaw = Flaw(
    "fence-backwards", of: LockRedissonFenced.self, "fence >= token: any later token will do",
    shownBy: .lostLock)
  let altered = altering(LockRedissonFenced()) {
    $0.write = LockRedissonFenced.writeUnits.mutated("fence = $3", to: "fence >= $3")
  }
}

struct FencedTokenFetchedLater: LockedStock, Mutant {
  static let flaw = Flaw(
    "token-later", of: LockRedissonFenced.self,
    "the token is fetched when it is needed, not kept from the grant", shownBy: .lostInside)
  private let fenced = LockRedissonFenced()
  var lock: RedissonLock { fenced.lock }

  func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else { return .soldOut }
    let token = try await session.redis.get(item.fence) ?? 0
    try await session.postgres.run(Self.put, token, item.number)
    let changed = try await session.postgres.run(
      LockRedissonFenced.writeUnits, left - units, item.number, token)
    guard changed == 1 else { throw .gaveUp("a later owner of the lock came first") }
    return .left(left - units)
  }

  private static let put = Statement(
    "UPDATE fence", "UPDATE soldout.stock SET fence = $1 WHERE item = $2 AND fence <= $1",
    effect: .onLockOnly, showing: 0)
}

struct LockedOptimisticTakesNoneForSold: LockedStock, Mutant {
  static let flaw = Flaw(
    "no-row-sold", of: LockOptimistic.self, "no row updated counts as sold", shownBy: .lostLock)
  let lock = RedissonLock()
  private let optimistic = OptimisticTakesNoneForSold()

  func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await optimistic.take(units, of: item, in: session)
  }
}

struct ThrowingOwnerWithoutThread: AlteredStrategy {
  static let flaw = Flaw(
    "owner-without-thread", of: LockOptimisticThrow.self,
    "the owner is the client instance; the version alone saves the stock", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let altered = altering(LockOptimisticThrow()) {
    $0.lock = RedissonLock(owner: { $0.topology.schema })
  }
}

struct ThrowsTooLate: LockedStock, Mutant {
  static let flaw = Flaw(
    "no-row-sold-out", of: LockOptimisticThrow.self, "a changed version is reported as sold out",
    shownBy: .lostLock)
  let lock = RedissonLock()

  func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    do throws(Failure) {
      return try await PgOptimistic(attempts: 1).take(units, of: item, in: session)
    } catch {
      guard case .gaveUp = error.reason else { throw error }
      return .soldOut
    }
  }
}

struct LockedOptimisticKeepsVersion: AlteredStrategy {
  static let flaw = Flaw(
    "version-kept", of: LockOptimistic.self, "a sale does not raise the version",
    shownBy: .lostInFailover)
  let altered = altering(LockOptimistic()) { $0.optimistic = OptimisticKeepsVersion().altered }
}

struct PessimisticLocksRowLate: AlteredStrategy {
  static let flaw = Flaw(
    "row-locked-late", of: LockPessimistic.self,
    "the row is locked after the units were read, which the lock covers up", shownBy: .lostByClock)
  let altered = LockPessimistic()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.holding(altered.lock, of: item) { (_) async throws(Failure) in
      let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
      guard left >= units else { return .soldOut }
      try await session.postgres.begin()
      try await session.postgres.rows(Statement.selectForUpdate, [.integer(item.number)])
      try await session.postgres.run(.setUnits, left - units, item.number)
      try await session.postgres.commit()
      return .left(left - units)
    }
  }
}

struct FencedTokenPutDownTwice: AlteredStrategy {
  static let flaw = Flaw(
    "token-put-down-twice", of: LockRedissonFenced.self,
    "fence <= token: the same token may be put down by two, as after a failover",
    shownBy: .lostInFailover)
  let altered = altering(LockRedissonFenced()) {
    $0.claim = LockRedissonFenced.putDownToken.mutated("fence < $1", to: "fence <= $1")
  }
}
