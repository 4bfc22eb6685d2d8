// The strategies with Redisson's locks alone, and tx-before-lock, wrong in one way each.

import Drivers
import Harness
import History

enum RedissonLockMutants {
  static let all: [any Mutant.Type] = [
    RedissonOwnerWithoutThread.self,
    RedissonEntersHeld.self,
    RedissonLeaseInSeconds.self,
    RedissonNeverRenews.self,
    RedissonLeaseEntersHeld.self,
    FairLockLetsAnybodyIn.self,
    FairLockServesTheLast.self,
    TxBeforeLockTakesRefusalForSale.self,
  ]
}

struct RedissonOwnerWithoutThread: LockedStock, Mutant {
  static let flaw = Flaw(
    "owner-without-thread", of: LockRedisson.self,
    "the owner is the client instance: its threads enter together", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = RedissonLock(owner: { $0.topology.schema })
}

struct RedissonEntersHeld: LockedStock, Mutant {
  static let flaw = Flaw(
    "enters-held", of: LockRedisson.self, "enters even if the lock is held", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = RedissonLock(enter: RedissonLock.entry.mutated("== 0 or", to: ">= 0 or"))
}

struct RedissonLeaseInSeconds: LockedStock, Mutant {
  static let flaw = Flaw(
    "lease-in-seconds", of: LockRedisson.self, "PEXPIRE, which takes ms, is given seconds",
    shownBy: .outlasted, breaking: [.stock, .exclusion])
  let lock = RedissonLock(
    enter: RedissonLock.entry.mutated(
      "KEYS[1], ARGV[1])", to: "KEYS[1], math.ceil(ARGV[1] / 1000))"))
}

/// Redisson's lock without its watchdog.
private struct NeverRenews: Harness.Lock {
  private let redisson = RedissonLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    try await redisson.acquire(item, in: session)
  }

  func release(_ hold: LockGrant, in session: Session) async {
    await redisson.release(hold, in: session)
  }
}

struct RedissonNeverRenews: LockedStock, Mutant {
  static let flaw = Flaw(
    "never-renewed", of: LockRedisson.self, "the watchdog doesn't renew the lease",
    shownBy: .outlasted, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = NeverRenews()
}

struct RedissonLeaseEntersHeld: LockedStock, Mutant {
  static let flaw = Flaw(
    "enters-held", of: LockRedissonLease.self, "enters even if the lock is held", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = RedissonLock(
    lease: LockTimeouts().lease, enter: RedissonLock.entry.mutated("== 0 or", to: ">= 0 or"))
}

struct FairLockLetsAnybodyIn: LockedStock, Mutant {
  static let flaw = Flaw(
    "no-turns", of: LockRedissonFair.self, "a free lock goes to anyone, whoever waits",
    shownBy: .line, breaking: [.stock, .exclusion, .order])
  let lock = FairLock(
    enter: FairLock.entry.mutated("if not head or head == ARGV[2] then", to: "if true then"))
}

struct FairLockServesTheLast: LockedStock, Mutant {
  static let flaw = Flaw(
    "last-come-first", of: LockRedissonFair.self, "waiters join at the head of the line",
    shownBy: .line, breaking: [.stock, .exclusion, .order])
  let lock = FairLock(enter: FairLock.entry.mutated("'RPUSH'", to: "'LPUSH'"))
}

struct TxBeforeLockTakesRefusalForSale: LockedStock, Mutant {
  static let flaw = Flaw(
    "40001-sold", of: TxBeforeLock.self, "a serialization failure counts as sold",
    shownBy: .crowd)
  private let original = TxBeforeLock()
  var lock: RedissonLock { original.lock }

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    do throws(Failure) {
      return try await original.take(units, of: item, in: session)
    } catch {
      guard case .server(code: "40001", message: _) = error.reason else { throw error }
      return .taken
    }
  }
}
