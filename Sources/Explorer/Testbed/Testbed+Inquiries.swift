// What a testbed asks the servers at quiescence, over control connections: who is blocked, which keys
// have a lease, whether data is there. Each is answered before the next decision.

import Drivers
import Harness

extension Testbed {
  func ask(_ inquiry: Inquiry) async throws(Failure) {
    switch inquiry {
    case .blocked: try await lookForBlocked()
    case .data: try await lookForData()
    case .leases: system.note(try await control.leases(of: keys))
    case .unblocking: try await awaitUnblocking()
    }
  }

  // MARK: Blocked commands

  /// Looks whether what is under way in a database waits for a lock there.
  ///
  /// A moment is given before the first look, since most answers are there by then; whether a
  /// command is blocked is for the server alone to say.
  private func lookForBlocked() async throws(Failure) {
    await pauseLooking(system.threads.contains(where: \.wasBlocked) ? 0 : Self.grace)
    while isUnderWayInDatabase {
      let restarts = system.spent.postgresRestarts
      do throws(Failure) {
        if try await lookOnce() { return }
      } catch {
        // The server died meanwhile, and with it what was asked about.
        if system.spent.postgresRestarts > restarts { return }
        throw error
      }
      await pauseLooking(Self.pause)
    }
  }

  /// Before the first look, and between looks, in ns.
  private static var grace: Int64 { 200_000 }
  private static var pause: Int64 { 100_000 }

  private var isUnderWayInDatabase: Bool {
    system.threads.contains { $0.phase == .underWay && $0.isInDatabase }
  }

  private func pauseLooking(_ nanoseconds: Int64) async {
    guard nanoseconds > 0 else { return }
    _ = await progress.wait(until: EventLoop.now() + nanoseconds) { !isUnderWayInDatabase }
  }

  /// Asks once; true: some of them are blocked.
  private func lookOnce() async throws(Failure) -> Bool {
    let asked = system.threadIDs.filter { system[$0].phase == .underWay && system[$0].isInDatabase }
      .map { (thread: $0, flight: system[$0].flight, sessions: databaseSessions(of: $0)) }
    let names = asked.compactMap { lockName(of: $0.thread) }
    let blocked = try await control.blocked(among: asked.flatMap(\.sessions), asking: names)
    var hasFound = false
    for (thread, flight, sessions) in asked where !blocked.isDisjoint(with: sessions) {
      system.note(blocked: thread, flight: flight)
      hasFound = true
    }
    return hasFound
  }

  /// Waits until the server has ended a command's wait.
  ///
  /// Its own clock decides, such as deadlock_timeout; seconds mean that nothing will. The clients'
  /// clocks stand still meanwhile, and so do the leases, unless one ended: such a schedule is no evidence.
  private func awaitUnblocking() async throws(Failure) {
    let began = EventLoop.now()
    let leases = try await control.leases(of: keys)
    _ = await progress.wait(until: began + 10_000_000_000) { !system.isAnyThread(.blocked) }
    if system.isAnyThread(.blocked) { abort(.stuck("every client is blocked")) }
    let kept = try await control.leases(of: keys)
    if !Set(leases.map(\.key)).isSubset(of: kept.map(\.key)) { realTime.noteLostLease() }
    try await standStill(since: began)
  }

  /// Leases run by the servers' clocks, which went on.
  func standStill(since began: Int64) async throws(Failure) {
    guard !system.bounds.serversStandStill else { return }
    let passed = EventLoop.now() - began
    realTime.standStill(for: passed)
    let milliseconds = Int(passed / 1_000_000)
    guard milliseconds > 0 else { return }
    _ = try await control.moveLeases(of: keys, by: milliseconds)
  }

  // MARK: Data

  /// Asks which reads that wait would be answered at once.
  private func lookForData() async throws(Failure) {
    let asked = system.takeReadsToLookAt()
    var ready: Set<ThreadID> = []
    if let redis = control.redis.first(where: { $0.name == .redis }) {
      for thread in asked {
        guard let awaited = system[thread].command?.awaits else { continue }
        if try await redis.isThere(awaited) { ready.insert(thread) }
      }
    }
    system.note(ready: ready, of: asked)
  }

  // MARK: Sessions

  /// Connections may be about to be closed; the sessions that are open now will be waited for.
  func noteClosing() {
    guard control.haveDatabases else { return }
    sessions.noteClosing(openSessions)
  }

  /// Waits for sessions that were closed, which may still be rolling back; false: there are none.
  func awaitEndedSessions() async throws(Failure) -> Bool {
    guard control.haveDatabases, sessions.mayHaveEnded else { return false }
    let ended = sessions.takeEnded(Set(openSessions))
    guard !ended.isEmpty else { return false }
    try await control.waitUntilGone(ended, on: loop)
    return true
  }
}
