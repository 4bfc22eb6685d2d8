// The Redlock algorithm (Redis manual, "Distributed Locks with Redis"): one token, SET NX PX on
// independent servers one after the other, granted by a majority within the time the lease leaves;
// otherwise let go of all and try again after a random pause.
//
// Unlike Redisson's RedLock it counts elapsed time and drift. What it can't know, whether its owner
// still runs when the lease ends, no lock can (Kleppmann 2016).

import Drivers

struct Redlock: Lock {
  var patience = Patience()
  var servers = 5
  /// Longest a server may take, in ns: short against the lease, so that a dead one costs little.
  var serverPatience: Int64 = 200_000_000

  /// More than half of them: two majorities share a server.
  var majority = 3
  /// What must be left of the lease when the last server has answered, in ms.
  var leastValidity = 1
  /// How much faster than ours the servers' clocks may run in one lease: 1 % and 2 ms.
  private func drift(of lease: Int) -> Int { lease / 100 + 2 }

  func acquire(_ item: Item, in session: Session) async throws(Failure) -> Hold {
    let hold = Hold(item: item, owner: session.freshTicket(), on: session.loop)
    var line = Line(in: session)
    let ends = min(line.called + patience.wait, session.deadline)
    let lease = session.leaseLength(patience.lease)
    while true {
      let asked = session.now
      var granted = 0
      for server in 0..<servers where await isGranted(hold, by: server, in: session) {
        granted += 1
      }
      let validity = lease - Int((session.now - asked) / 1_000_000) - drift(of: lease)
      if granted >= majority, validity >= leastValidity {
        session.noteGranted(hold, after: line, asked: asked, lease: lease - drift(of: lease))
        return hold
      }
      line.noteRefused(in: session)
      _ = await letGo(hold, in: session)
      let next = session.now + 1_000_000 + session.random(upTo: 50_000_000)
      guard next < ends else { throw .notGranted }
      await session.pause(until: next)
    }
  }

  func release(_ hold: Hold, in session: Session) async {
    session.noteReleased(hold)
    if await letGo(hold, in: session) < majority { session.noteLost(hold) }
  }

  /// One server's word; a server that doesn't answer in time has not granted it.
  private func isGranted(_ hold: Hold, by server: Int, in session: Session) async -> Bool {
    let redis = session.node(server, patience: serverPatience)
    let isTaken = try? await RedisLease.take(
      hold.item.lock, owner: hold.owner, lease: session.leaseLength(patience.lease), from: redis)
    return isTaken == true
  }

  /// Deletes the key on all servers, also on those that seemed not to grant it; answers on how many
  /// it was ours.
  private func letGo(_ hold: Hold, in session: Session) async -> Int {
    var count = 0
    for server in 0..<servers {
      let redis = session.node(server, patience: serverPatience)
      let wasOurs = try? await RedisLease.letGo(
        hold.item.lock, owner: hold.owner, telling: hold.item.channel, at: redis)
      if wasOurs == true { count += 1 }
    }
    return count
  }
}
