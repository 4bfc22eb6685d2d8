// What a world asks of the servers between steps, over connections that no gate holds: who is
// blocked, which keys have a lease, what is held now. Each errand is answered before the next
// decision.

import Drivers
import Harness

/// A question or an order to the servers.
enum ControlRequest {
  /// Wait until these sessions with a database, whose connections were closed, are gone.
  case gone([Int32])
  /// Ask which keys have a lease.
  case leases
  /// Ask which reads that wait would be answered now.
  case lookForData
  /// End a key's lease.
  case expire(Int)
  /// Kill a server and start it again.
  case restart(Int)
  /// Let the replica have everything up to now, and nothing from now on.
  case stall
  /// Kill Redis and let its replica take over.
  case failOver
  /// Move every lease by so much, then let the due alarms ring.
  case shift(milliseconds: Int)
  /// Wait until a blocked command is answered.
  case unblock
  /// Ask what is held, for the record.
  case observe
}

extension Execution {
  func send(_ request: ControlRequest) {
    awaitsControl = true
    requests.give(request)
  }

  /// Runs errands until the world ends.
  func serve() async {
    while let request = await requests.take() {
      do throws(Failure) {
        try await run(request)
      } catch {
        fail(.stuck("asking the servers failed: \(error)"))
      }
      awaitsControl = false
      requestDecision()
    }
  }

  private func run(_ request: ControlRequest) async throws(Failure) {
    switch request {
    case .gone(let backends): try await control.waitUntilGone(backends, on: loop)
    case .leases:
      let leases = try await control.leases(of: keys)
      (leased, soonestEnd) = (leases.map(\.key), leases.map(\.left).min())
    case .lookForData: try await lookForData()
    case .expire(let key):
      try await control.expire(keys.keys[key])
      record(.ok, of: nil)
    case .restart, .stall, .failOver: try await strike(request)
    case .shift(let milliseconds):
      for (key, left) in try await control.leases(of: keys) {
        try await control.setLease(of: keys.keys[key], left: left - milliseconds)
        written.insert(key)
        hasShiftedLeases = true
      }
      record(.ok, of: nil)
      let due = alarms.filter { $0.moment <= now }
      for alarm in due { alarm.ring() }
    case .unblock: try await waitUntilUnblocked()
    case .observe:
      schedule.steps[schedule.steps.count - 1].state = try await control.state(
        of: keys, in: topology)
      isObserved = true
    }
  }

  /// Waits until the server has ended somebody's wait.
  ///
  /// Its own clock decides, such as deadlock_timeout; seconds mean that nothing will. The clients'
  /// clocks stand still meanwhile, and so do the leases, unless one ended: such a schedule is no evidence.
  private func waitUntilUnblocked() async throws(Failure) {
    let began = EventLoop.now()
    let leases = try await control.leases(of: keys)
    _ = await lookSignal.wait(until: began + 10_000_000_000) {
      !threads.contains { $0.phase == .blocked }
    }
    if threads.contains(where: { $0.phase == .blocked }) {
      fail(.stuck("every client is blocked"))
    }
    let kept = try await control.leases(of: keys)
    if !Set(leases.map(\.key)).isSubset(of: kept.map(\.key)) { hasLostLease = true }
    try await standStill(since: began)
  }

  /// Looks whether what is under way in a database is blocked, until the world ends.
  ///
  /// A moment is given before the first look, since most answers are there by then; whether a
  /// command is blocked is for the server alone to say.
  func watch() async {
    while await looks.take() {
      if !threads.contains(where: { $0.phase == .underWay && $0.flight > $0.sent }) {
        await pauseLooking(Self.grace)
      }
      while isActive, threads.contains(where: { $0.phase == .underWay && $0.isInDatabase }) {
        let restarts = spent.postgresRestarts
        do throws(Failure) {
          try await lookOnce()
        } catch {
          // The server died meanwhile, and with it whatever was asked about.
          if spent.postgresRestarts > restarts { break }
          fail(.stuck("asking the database who is blocked failed: \(error)"))
          break
        }
        if threads.contains(where: { $0.phase == .underWay && $0.isInDatabase }) {
          await pauseLooking(Self.pause)
        }
      }
      requestDecision()
    }
  }

  private static let grace: Int64 = 200_000
  private static let pause: Int64 = 100_000

  private func pauseLooking(_ nanoseconds: Int64) async {
    _ = await lookSignal.wait(until: EventLoop.now() + nanoseconds) {
      !threads.contains { $0.phase == .underWay && $0.isInDatabase }
    }
  }

  private func lookOnce() async throws(Failure) {
    let asked = threads.indices.filter {
      threads[$0].phase == .underWay && threads[$0].isInDatabase && !isWorker($0)
    }.map { (thread: $0, flight: threads[$0].flight) }
    let sessions = asked.flatMap { clients[$0.thread / 2].process?.backends ?? [] }
    let names = asked.compactMap { threads[$0.thread].description?.lockName }
    let blocked = try await control.blocked(among: sessions, asking: names)
    for (thread, flight) in asked {
      // A command answered meanwhile, or sent since, was not the one looked at.
      guard threads[thread].phase == .underWay, threads[thread].flight == flight else { continue }
      if let process = clients[thread / 2].process,
        !blocked.isDisjoint(with: process.backends)
      {
        threads[thread].phase = .blocked
        requestDecision()
      }
    }
  }
}
