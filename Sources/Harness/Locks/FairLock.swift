// Redisson's fair lock, re-implemented from its documented behaviour: a list of those who wait and a
// sorted set of when each one's place lapses. Only the head of the list may take a free lock, and
// the release wakes the head alone, over a channel of its own.
//
// Places lapse by the waiters' clocks, in ms. Redisson takes each client's wall clock, whose skew
// reorders or evicts waiters; here all clients share the machine's monotonic one.

import Drivers

/// Redisson's RFairLock, with a watchdog instead of a lease.
package struct FairLock: Lock {
  /// How long `tryLock` waits; in ns.
  package var wait: Int64
  /// How long a waiter's place is kept when its turn has come (Redisson: 5 minutes), in ms.
  package var place = 5000
  package var watchdog = RedissonWatchdog()
  package var enter: Script

  package init(wait: Int64 = LockTimeouts().wait, enter: Script = FairLock.entry) {
    self.wait = wait
    self.enter = enter
  }

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    var waiting = LockWait(in: session)
    let ends = min(waiting.called + session.lockWait(wait), session.deadline)
    do throws(Failure) {
      if case .granted(let hold) = try await attempt(item, &waiting, in: session) { return hold }
      let messages = try await session.subscribe(to: item.channel(of: session.redissonOwner))
      while session.now < ends {
        switch try await attempt(item, &waiting, in: session) {
        case .granted(let hold): return hold
        case .heldFor(let left):
          let wake = session.now + max(1, left) * 1_000_000
          _ = try await messages.next(until: min(ends, wake))
        }
      }
    } catch {
      await leaveLine(item, in: session)
      throw error
    }
    await leaveLine(item, in: session)
    throw .notGranted
  }

  private enum Attempt {
    case granted(LockGrant)
    /// It is another's, or another's turn, for this many ms yet.
    case heldFor(Int64)
  }

  private func attempt(
    _ item: Item, _ waiting: inout LockWait, in session: Session
  ) async throws(Failure) -> Attempt {
    let asked = session.now
    let owner = session.redissonOwner
    let lease = session.leaseLength(watchdog.timeout)
    let left = try await session.redis.eval(
      enter, keys: item.lineKeys,
      arguments: [
        .integer(lease), .text(owner), .integer(place), .integer(clock(of: session)),
      ]
    ).integer
    if let left {
      waiting.noteRefused(in: session)
      return .heldFor(Int64(left))
    }
    let hold = LockGrant(item: item, owner: owner, on: session.loop)
    session.noteGranted(hold, after: waiting, asked: asked, lease: lease)
    return .granted(hold)
  }

  package func keep(_ hold: LockGrant, in session: Session) async {
    await watchdog.keep(hold, in: session)
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    let lease = session.leaseLength(watchdog.timeout)
    let reply = try? await session.redis.eval(
      Self.exit, keys: hold.item.lineKeys,
      arguments: [
        .integer(lease), .text(hold.owner), .text(hold.item.channel),
        .integer(clock(of: session)),
      ])
    if reply == .null { session.noteLost(hold) }
  }

  /// Gives the place in line up, and passes the turn on if it was ours.
  private func leaveLine(_ item: Item, in session: Session) async {
    session.call.extend(to: session.now + 1_000_000_000)
    _ = try? await session.redis.eval(
      Self.departure, keys: item.lineKeys,
      arguments: [.integer(place), .text(session.redissonOwner), .text(item.channel)])
  }

  private func clock(of session: Session) -> Int { Int(session.now / 1_000_000) }
}

extension FairLock {
  /// Drops heads whose places have lapsed.
  private static let dropLapsed = """
    while true do
      local head = redis.call('LINDEX', KEYS[2], 0)
      if not head then break end
      local lapses = redis.call('ZSCORE', KEYS[3], head)
      if lapses and tonumber(lapses) > tonumber(ARGV[4]) then break end
      redis.call('ZREM', KEYS[3], head)
      redis.call('LPOP', KEYS[2])
    end

    """

  /// Enters if the lock is free and nobody stands before us, or it is ours. Else queues up and
  /// answers after how many ms to look again at the latest: when the present lease ends, or, of a
  /// free lock, when the head's place lapses. Waiters move up by one place when one enters.
  package static let entry = Script(
    dropLapsed + """
      if redis.call('EXISTS', KEYS[1]) == 0 then
        local head = redis.call('LINDEX', KEYS[2], 0)
        if not head or head == ARGV[2] then
          redis.call('LPOP', KEYS[2])
          redis.call('ZREM', KEYS[3], ARGV[2])
          for _, waiter in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
            redis.call('ZINCRBY', KEYS[3], -tonumber(ARGV[3]), waiter)
          end
          redis.call('HSET', KEYS[1], ARGV[2], 1)
          redis.call('PEXPIRE', KEYS[1], ARGV[1])
          return nil
        end
      elseif redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then
        redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return nil
      end
      local function left(waiter)
        return tonumber(redis.call('ZSCORE', KEYS[3], waiter)) - tonumber(ARGV[4])
      end
      local next = redis.call('PTTL', KEYS[1])
      if next < 0 then next = left(redis.call('LINDEX', KEYS[2], 0)) end
      if redis.call('ZSCORE', KEYS[3], ARGV[2]) then return next end
      local last = redis.call('LINDEX', KEYS[2], -1)
      local before = last and left(last) or next
      redis.call('ZADD', KEYS[3], before + tonumber(ARGV[3]) + tonumber(ARGV[4]), ARGV[2])
      redis.call('RPUSH', KEYS[2], ARGV[2])
      return next
      """, effect: .onLockOnly, caption: .lock)

  /// Leaves once; the last exit deletes the lock and wakes the head. Nil: it isn't ours.
  private static let exit = Script(
    dropLapsed + """
      if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then return nil end
      if redis.call('HINCRBY', KEYS[1], ARGV[2], -1) > 0 then
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return 0
      end
      redis.call('DEL', KEYS[1])
      local head = redis.call('LINDEX', KEYS[2], 0)
      if head then redis.call('PUBLISH', ARGV[3] .. ':' .. head, 0) end
      return 1
      """, effect: .onLockOnly, caption: .unlock)

  /// Takes a waiter out of the line; those behind it move up, and a new head is told if the lock is
  /// free.
  private static let departure = Script(
    """
    local behind = false
    for _, waiter in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
      if behind then redis.call('ZINCRBY', KEYS[3], -tonumber(ARGV[1]), waiter) end
      if waiter == ARGV[2] then behind = true end
    end
    redis.call('ZREM', KEYS[3], ARGV[2])
    redis.call('LREM', KEYS[2], 0, ARGV[2])
    if behind and redis.call('EXISTS', KEYS[1]) == 0 then
      local head = redis.call('LINDEX', KEYS[2], 0)
      if head then redis.call('PUBLISH', ARGV[3] .. ':' .. head, 0) end
    end
    return 1
    """, effect: .onLockOnly, caption: RedisCaption("leave line"))
}

extension Item {
  /// The lock, the line, and when its places lapse.
  fileprivate var lineKeys: [String] { [lock, lock + ":queue", lock + ":timeout"] }

  /// Where a waiter is told that its turn has come.
  func channel(of owner: String) -> String { "\(channel):\(owner)" }
}
