// redlock, its lock wrong in one way each.

import Drivers
import Harness
import History

enum RedlockMutants {
  static let all: [any Mutant.Type] = [
    RedlockOfTwo.self,
    RedlockOfOne.self,
    RedlockClearsAll.self,
    RedlockIgnoresValidity.self,
    RedlockStopsAtMajority.self,
    RedlockOfThree.self,
    RedlockTakesSilenceForGrant.self,
    RedlockOfThoseReached.self,
  ]
}

struct RedlockOfTwo: LockedStock, Mutant {
  static let flaw = Flaw(
    "two-of-five", of: LockRedlock.self, "two servers of five are enough", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) { $0.majority = 2 }
}

struct RedlockOfOne: LockedStock, Mutant {
  static let flaw = Flaw(
    "any-server", of: LockRedlock.self, "one server of five is enough", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) { $0.majority = 1 }
}

/// A refused client clears all servers, whoever holds them.
private struct ClearsAll: Harness.Lock {
  private let redlock = altering(Redlock()) {
    $0.timeouts = LockTimeouts(wait: 1)
  }

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    do throws(Failure) {
      return try await redlock.acquire(item, in: session)
    } catch {
      let delete = RedisCommand("DEL", [.text(item.lock)], effect: .onLockOnly)
      for server in 0..<redlock.servers {
        _ = try? await session.node(server, timeout: redlock.serverTimeout).send(delete)
      }
      throw error
    }
  }

  func release(_ hold: LockGrant, in session: Session) async {
    await redlock.release(hold, in: session)
  }
}

struct RedlockClearsAll: LockedStock, Mutant {
  static let flaw = Flaw(
    "clears-all", of: LockRedlock.self, "a refused client deletes the keys, whoever set them",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = ClearsAll()
}

struct RedlockIgnoresValidity: LockedStock, Mutant {
  static let flaw = Flaw(
    "validity-ignored", of: LockRedlock.self,
    "a majority is enough, however long it took to collect", shownBy: .lateMajority,
    breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) { $0.leastValidity = .min }
}

struct RedlockStopsAtMajority: LockedStock, Mutant {
  static let flaw = Flaw(
    "stops-at-majority", of: LockRedlock.self,
    "asks no further server once three have granted: none may forget", shownBy: .oneClockAhead,
    breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) { $0.asksAll = false }
}

struct RedlockOfThree: LockedStock, Mutant {
  static let flaw = Flaw(
    "of-three", of: LockRedlock.self, "three servers, not five: two that forget are a majority",
    shownBy: .twoForget, breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) {
    $0.servers = 3
    $0.majority = 2
  }
}

struct RedlockTakesSilenceForGrant: LockedStock, Mutant {
  static let flaw = Flaw(
    "silence-is-grant", of: LockRedlock.self, "a server that doesn't answer counts as granted",
    shownBy: .cutMajority, breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) { $0.isElected = { $0.granted + $0.silent >= $1.majority } }
}

struct RedlockOfThoseReached: LockedStock, Mutant {
  static let flaw = Flaw(
    "majority-of-answers", of: LockRedlock.self,
    "a majority of the servers that answer is enough", shownBy: .cutMajority,
    breaking: [.stock, .exclusion])
  let lock = altering(Redlock()) { $0.isElected = { ballot, _ in ballot.granted > ballot.refused } }
}
