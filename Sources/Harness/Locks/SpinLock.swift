// Attempts with growing pauses between, up to a bound: 1 ms, doubled with a random part, at most
// 128 ms (the pauses of Redisson's spin lock).

import Drivers

package struct SpinLock: Lock {
  package var wait = LockTimeouts().wait
  private let simple = SimpleLock()

  package init() {}

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    var waiting = LockWait(in: session)
    let ends = min(waiting.called + session.lockWait(wait), session.deadline)
    var pause: Int64 = 1_000_000
    while try await !simple.attempt(hold, &waiting, in: session) {
      let next = session.now + pause / 2 + session.random(upTo: pause)
      guard next < ends else { throw .notGranted }
      await session.pause(until: next)
      pause = min(pause * 2, 128_000_000)
    }
    return hold
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    await simple.release(hold, in: session)
  }
}
