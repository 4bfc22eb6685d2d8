// The lock of Redisson, re-implemented from its documented behaviour: a reentrant hash, a release
// channel, an unlock latch, and a watchdog that renews the lease while no lease was asked for. It is
// labelled as such: real Redisson runs on a JVM. Key names are Redisson's behind the run's prefix.
//
// The owner is a field `<client id>:<thread id>` of a hash at the lock's key; its value counts the
// entries. Waiting is bounded by the present lease, so a lost message costs time only.

import Drivers

/// Redisson's RLock.
package struct RedissonLock: Lock {
  /// Said wherever a strategy that uses it is listed or reported.
  package static let origin =
    "Re-implemented after Redisson's documented behaviour; Redisson itself runs on a JVM."

  /// How long `tryLock` waits; in ns.
  package var wait: Int64
  /// The lease in ms; nil: the watchdog's, renewed.
  package var lease: Int?
  package var watchdog: RedissonWatchdog
  /// Whether a grant also counts a fencing token (Redisson's RFencedLock).
  package var isFenced: Bool
  /// Who enters: a thread of a client instance.
  package var owner: @Sendable (Session) -> String
  package var enter: Script
  package var enterFenced = RedissonLock.fencedEntry

  package init(
    wait: Int64 = LockTimeouts().wait, lease: Int? = nil,
    watchdog: RedissonWatchdog = RedissonWatchdog(), isFenced: Bool = false,
    owner: @escaping @Sendable (Session) -> String = { $0.redissonOwner },
    enter: Script = RedissonLock.entry
  ) {
    self.wait = wait
    self.lease = lease
    self.watchdog = watchdog
    self.isFenced = isFenced
    self.owner = owner
    self.enter = enter
  }

  private func span(in session: Session) -> Int {
    session.leaseLength(lease ?? watchdog.timeout)
  }

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    var waiting = LockWait(in: session)
    let ends = min(waiting.called + session.lockWait(wait), session.deadline)
    if case .granted(let hold) = try await attempt(item, &waiting, in: session) { return hold }
    guard session.now < ends else { throw .notGranted }
    let messages = try await session.subscribe(to: item.channel)
    while session.now < ends {
      switch try await attempt(item, &waiting, in: session) {
      case .granted(let hold): return hold
      case .heldFor(let left):
        let wake = left >= 0 ? session.now + left * 1_000_000 : ends
        _ = try await messages.next(until: min(ends, wake))
      }
    }
    throw .notGranted
  }

  private enum Attempt {
    case granted(LockGrant)
    /// Held by another for this many ms yet; below 0: without an end.
    case heldFor(Int64)
  }

  private func attempt(
    _ item: Item, _ waiting: inout LockWait, in session: Session
  ) async throws(Failure) -> Attempt {
    let asked = session.now
    let owner = owner(session)
    let span = span(in: session)
    let reply = try await session.redis.eval(
      isFenced ? enterFenced : enter, keys: [item.lock, item.fence],
      arguments: [.integer(span), .text(owner)])
    // A grant answers nil, or the token in an array; a refusal the remaining ms.
    if let left = reply.integer {
      waiting.noteRefused(in: session)
      return .heldFor(Int64(left))
    }
    let hold = LockGrant(
      item: item, owner: owner, fence: reply.elements?.first?.integer, on: session.loop)
    session.noteGranted(hold, after: waiting, asked: asked, lease: span)
    return .granted(hold)
  }

  package func keep(_ hold: LockGrant, in session: Session) async {
    if lease == nil { await watchdog.keep(hold, in: session) }
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let latch = "\(hold.item.lock):unlock_latch:\(session.freshTicket())"
    let reply = try? await session.redis.eval(
      Self.exit, keys: [hold.item.lock, hold.item.channel, latch],
      arguments: [.text(hold.owner), .integer(span(in: session)), .integer(Self.latchTime)])
    switch reply {
    case .integer:
      let forget = RedisCommand("DEL", [.text(latch)], effect: .onLockOnly)
      _ = try? await session.redis.send(forget)
    case .null?: session.noteLost(hold)
    // Lost: Redisson would send it again under the same latch; here the lease ends it.
    default: break
    }
  }

  /// How long an unlock's result is kept for a repeated request, in ms: (3000 + 1500) · 4.
  private static let latchTime = 18_000
}

extension RedissonLock {
  /// Enters if the lock is free or ours; else answers the remaining ms.
  package static let entry = Script(
    """
    if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then
      redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
      redis.call('PEXPIRE', KEYS[1], ARGV[1])
      return nil
    end
    return redis.call('PTTL', KEYS[1])
    """, effect: .onLockOnly, caption: .lock)

  /// As `entry`, and counts a token that orders the grants.
  package static let fencedEntry = Script(
    """
    if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then
      redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
      redis.call('PEXPIRE', KEYS[1], ARGV[1])
      return {redis.call('INCR', KEYS[2])}
    end
    return redis.call('PTTL', KEYS[1])
    """, effect: .onLockOnly, caption: .lock)

  /// Leaves once; the last exit deletes the lock and wakes those who wait. Nil: it isn't ours.
  private static let exit = Script(
    """
    local known = redis.call('GET', KEYS[3])
    if known then return tonumber(known) end
    if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return nil end
    if redis.call('HINCRBY', KEYS[1], ARGV[1], -1) > 0 then
      redis.call('PEXPIRE', KEYS[1], ARGV[2])
      redis.call('SET', KEYS[3], 0, 'PX', ARGV[3])
      return 0
    end
    redis.call('DEL', KEYS[1])
    redis.call('PUBLISH', KEYS[2], 0)
    redis.call('SET', KEYS[3], 1, 'PX', ARGV[3])
    return 1
    """, effect: .onLockOnly, caption: .unlock)
}

extension Session {
  /// Redisson's owner, `<client id>:<thread id>`. The run's random name stands for the id of the
  /// client instance.
  var redissonOwner: String { "\(topology.schema):\(process)" }
}

extension Item {
  /// Where fencing tokens are counted (`redisson_lock_token`).
  package var fence: String { lock + ":token" }
}
