// Waits for the message that the owner publishes with its release instead of asking again and again.
// The channel is subscribed to before the next attempt, and waited on no longer than the present
// lease: a message lost, or an owner gone, costs time and nothing else.

import Drivers

package struct PubSubLock: Lock {
  package var wait: Int64
  package var simple: SimpleLock

  package init(wait: Int64 = LockTimeouts().wait, simple: SimpleLock = SimpleLock()) {
    self.wait = wait
    self.simple = simple
  }

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    var waiting = LockWait(in: session)
    let ends = min(waiting.called + session.lockWait(wait), session.deadline)
    if try await simple.attempt(hold, &waiting, in: session) { return hold }
    let messages = try await session.subscribe(to: item.channel)
    while session.now < ends {
      if try await simple.attempt(hold, &waiting, in: session) { return hold }
      let left = try await session.redis.send(
        RedisCommand("PTTL", [.text(item.lock)], effect: .read)
      ).number
      // −2: gone meanwhile; −1: without an end, which this lock never is.
      guard left > 0 else { continue }
      _ = try await messages.next(until: min(ends, session.now + Int64(left) * 1_000_000))
    }
    throw .notGranted
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    await simple.release(hold, in: session)
  }
}
