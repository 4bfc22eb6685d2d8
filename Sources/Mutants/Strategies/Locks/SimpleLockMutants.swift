// lock-simple, lock-spin and lock-pubsub, each with a lock that is wrong in one way.

import Drivers
import Harness
import History

enum SimpleLockMutants {
  static let all: [any Mutant.Type] = [
    SimpleLockWithoutNX.self,
    SimpleLockInTwoSteps.self,
    SimpleLockDeletedByAnybody.self,
    SimpleLockDeletedLate.self,
    SimpleLockWithOwnKey.self,
    SpinLockGivesUpInside.self,
    SpinLockReadsOutside.self,
    PubSubLockTakesMessageForGrant.self,
    PubSubLockReleasedEarly.self,
  ]
}

/// SET PX without NX.
private struct GrantsAlways: Harness.Lock {
  private let simple = SimpleLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let waiting = LockWait(in: session)
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    let lease = session.leaseLength(simple.timeouts.lease)
    let set: [RedisArgument] = [.text(item.lock), .text(hold.owner), "PX", .integer(lease)]
    _ = try await session.redis.send(RedisCommand("SET", set, effect: .onLockOnly))
    session.noteGranted(hold, after: waiting, asked: waiting.called, lease: lease)
    return hold
  }

  func release(_ hold: LockGrant, in session: Session) async {
    await simple.release(hold, in: session)
  }
}

struct SimpleLockWithoutNX: LockedStock, Mutant {
  static let flaw = Flaw(
    "no-nx", of: LockSimple.self, "SET PX without NX: everyone is granted the lock",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = GrantsAlways()
}

/// EXISTS, then SET PX.
private struct LooksThenSets: Harness.Lock {
  private let always = GrantsAlways()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let exists = RedisCommand("EXISTS", [.text(item.lock)], effect: .read)
    guard try await session.redis.send(exists).number == 0 else { throw .notGranted }
    return try await always.acquire(item, in: session)
  }

  func release(_ hold: LockGrant, in session: Session) async {
    await always.release(hold, in: session)
  }
}

struct SimpleLockInTwoSteps: LockedStock, Mutant {
  static let flaw = Flaw(
    "exists-then-set", of: LockSimple.self, "EXISTS finds the lock free, SET takes it",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = LooksThenSets()
}

/// `finally { unlock }`, also of a lock that was refused; DEL doesn't ask whose it is.
private struct DeletesAnyones: Harness.Lock {
  private let simple = SimpleLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    do throws(Failure) {
      return try await simple.acquire(item, in: session)
    } catch {
      await delete(item, in: session)
      throw error
    }
  }

  func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    await delete(hold.item, in: session)
  }

  private func delete(_ item: Item, in session: Session) async {
    let delete = RedisCommand("DEL", [.text(item.lock)], effect: .onLockOnly)
    _ = try? await session.redis.send(delete)
  }
}

struct SimpleLockDeletedByAnybody: LockedStock, Mutant {
  static let flaw = Flaw(
    "del-without-owner", of: LockSimple.self, "DEL in a finally, whoever holds the lock",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = DeletesAnyones()
}

/// DEL when it is done, whoever holds the lock by then.
private struct DeletesLate: Harness.Lock {
  private let simple = SimpleLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    try await simple.acquire(item, in: session)
  }

  func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let delete = RedisCommand("DEL", [.text(hold.item.lock)], effect: .onLockOnly)
    _ = try? await session.redis.send(delete)
  }
}

struct SimpleLockDeletedLate: LockedStock, Mutant {
  static let flaw = Flaw(
    "del-by-late-owner", of: LockSimple.self, "a late owner deletes the next owner's lock",
    shownBy: .lostLock, breaking: .validExclusion)
  let lock: some Harness.Lock = DeletesLate()
}

/// The key of the lock names the client, so that no two ask for the same.
private struct OwnKey: Harness.Lock {
  private let simple = SimpleLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let waiting = LockWait(in: session)
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    let lease = session.leaseLength(simple.timeouts.lease)
    let isTaken = try await RedisLease.take(
      key(of: item, in: session), owner: hold.owner, lease: lease, from: session.redis)
    guard isTaken else { throw .notGranted }
    session.noteGranted(hold, after: waiting, asked: waiting.called, lease: lease)
    return hold
  }

  func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let item = hold.item
    _ = try? await RedisLease.letGo(
      key(of: item, in: session), owner: hold.owner, telling: item.channel, at: session.redis)
  }

  private func key(of item: Item, in session: Session) -> String {
    "\(item.lock):\(session.process)"
  }
}

struct SimpleLockWithOwnKey: LockedStock, Mutant {
  static let flaw = Flaw(
    "own-key", of: LockSimple.self, "the lock's key names the buyer, not the item alone",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = OwnKey()
}

/// Some attempts, then in without the lock.
private struct GivesUpInside: Harness.Lock {
  private let simple = SimpleLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    var waiting = LockWait(in: session)
    for _ in 1...3 {
      if try await simple.attempt(hold, &waiting, in: session) { return hold }
      await session.pause(until: session.now + 1_000_000)
    }
    session.noteGranted(hold, after: waiting, asked: session.now, lease: simple.timeouts.lease)
    return hold
  }

  func release(_ hold: LockGrant, in session: Session) async {
    await simple.release(hold, in: session)
  }
}

struct SpinLockGivesUpInside: LockedStock, Mutant {
  static let flaw = Flaw(
    "gives-up-inside", of: LockSpin.self, "when its attempts are used up it goes on unlocked",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = GivesUpInside()
}

struct SpinLockReadsOutside: LockedStock, Mutant {
  static let flaw = Flaw(
    "reads-outside", of: LockSpin.self, "SELECT comes before the lock, UPDATE under it",
    shownBy: .crowd)
  let lock = SpinLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else { return .soldOut }
    return try await session.holding(lock, of: item) { (_) async throws(Failure) in
      try await session.postgres.run(.setUnits, left - units, item.number)
      return .left(left - units)
    }
  }
}

/// The message that the lock is free is taken for the lock.
private struct TakesMessageForGrant: Harness.Lock {
  private let simple = SimpleLock()

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    var waiting = LockWait(in: session)
    if try await simple.attempt(hold, &waiting, in: session) { return hold }
    let messages = try await session.subscribe(to: item.channel)
    if try await simple.attempt(hold, &waiting, in: session) { return hold }
    let message = try await messages.next(until: waiting.called + LockTimeouts().wait)
    guard message != nil else { throw .notGranted }
    session.noteGranted(hold, after: waiting, asked: session.now, lease: simple.timeouts.lease)
    return hold
  }

  func release(_ hold: LockGrant, in session: Session) async {
    await simple.release(hold, in: session)
  }
}

struct PubSubLockTakesMessageForGrant: LockedStock, Mutant {
  static let flaw = Flaw(
    "message-is-grant", of: LockPubSub.self, "the release message counts as the lock",
    shownBy: .crowd, breaking: [.stock, .exclusion])
  let lock: some Harness.Lock = TakesMessageForGrant()
}

struct PubSubLockReleasedEarly: ReleasedBeforeCommit, Mutant {
  static let flaw = Flaw(
    "unlock-before-commit", of: LockPubSub.self, "released before COMMIT", shownBy: .crowd)
  let lock = PubSubLock()
}
