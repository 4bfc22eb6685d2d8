// The Redlock algorithm (Redis manual, "Distributed Locks with Redis"): one token, SET NX PX on
// independent servers one after the other, granted by a majority within the time the lease leaves;
// otherwise let go of all and try again after a random pause.
//
// Unlike Redisson's RedLock it counts elapsed time and drift. What it can't know, whether its owner
// still runs when the lease ends, no lock can (Kleppmann 2016).

import Drivers

package struct Redlock: Lock {
  package var timeouts: LockTimeouts
  package var servers = 5
  /// Longest a server may take, in ns: short against the lease, so that a dead one costs little.
  package var serverTimeout: Int64 = 200_000_000

  /// More than half of them: two majorities share a server.
  package var majority = 3
  /// Whether it has the lock by what the servers said.
  package var isElected: @Sendable (Ballot, Redlock) -> Bool = { $0.granted >= $1.majority }
  /// Whether it asks the rest once a majority has granted. They make up for one that forgets.
  package var asksAll = true
  /// What must be left of the lease when the last server has answered, in ms.
  package var leastValidity = 1

  package init(timeouts: LockTimeouts = LockTimeouts()) {
    self.timeouts = timeouts
  }

  /// How much faster than ours the servers' clocks may run in one lease: 1 % and 2 ms.
  private func drift(of lease: Int) -> Int { lease / 100 + 2 }

  package func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant {
    let hold = LockGrant(item: item, owner: session.freshTicket(), on: session.loop)
    var waiting = LockWait(in: session)
    let ends = min(waiting.called + session.lockWait(timeouts.wait), session.deadline)
    let lease = session.leaseLength(timeouts.lease)
    while true {
      let asked = session.now
      var ballot = Ballot()
      for server in 0..<servers where asksAll || ballot.granted < majority {
        ballot.add(await grant(hold, by: server, in: session))
      }
      let validity = lease - Int((session.now - asked) / 1_000_000) - drift(of: lease)
      if isElected(ballot, self), validity >= leastValidity {
        session.noteGranted(hold, after: waiting, asked: asked, lease: lease - drift(of: lease))
        return hold
      }
      waiting.noteRefused(in: session)
      _ = await letGo(hold, in: session)
      let next = session.now + 1_000_000 + session.random(upTo: 50_000_000)
      guard next < ends else { throw .notGranted }
      await session.pause(until: next)
    }
  }

  package func release(_ hold: LockGrant, in session: Session) async {
    session.noteReleased(hold)
    if await letGo(hold, in: session) < majority { session.noteLost(hold) }
  }

  /// What the servers said to one attempt. One that doesn't answer in time has not granted it.
  package struct Ballot: Sendable {
    package private(set) var granted = 0
    package private(set) var refused = 0
    package private(set) var silent = 0

    fileprivate mutating func add(_ vote: Bool?) {
      switch vote {
      case true?: granted += 1
      case false?: refused += 1
      case nil: silent += 1
      }
    }
  }

  /// One server's word; nil: it said nothing in time.
  private func grant(_ hold: LockGrant, by server: Int, in session: Session) async -> Bool? {
    try? await RedisLease.take(
      hold.item.lock, owner: hold.owner, lease: session.leaseLength(timeouts.lease),
      from: session.node(server, timeout: serverTimeout))
  }

  /// Deletes the key on all servers, also on those that seemed not to grant it; answers on how many
  /// it was ours.
  private func letGo(_ hold: LockGrant, in session: Session) async -> Int {
    var count = 0
    for server in 0..<servers {
      let redis = session.node(server, timeout: serverTimeout)
      let wasOurs = try? await RedisLease.letGo(
        hold.item.lock, owner: hold.owner, telling: hold.item.channel, at: redis)
      if wasOurs == true { count += 1 }
    }
    return count
  }
}
