// Makes sure that faults are healed: every server of a run must answer a new connection before
// anything is read that a verdict rests on.

import Drivers

struct Healing {
  private let topology: Topology
  private let loop: EventLoop
  /// Whether waiting is pointless.
  private let isHopeless: () -> Bool

  init(
    of topology: Topology, on loop: EventLoop, unless isHopeless: @escaping () -> Bool = { false }
  ) {
    self.topology = topology
    self.loop = loop
    self.isHopeless = isHopeless
  }

  /// Asks each server until it answers, 30 s at most; throws what the last one said.
  func awaitAnswers() async throws(Failure) {
    let end = EventLoop.now() + 30_000_000_000
    for server in topology.backends {
      try await untilAnswered(by: end) { (deadline) async throws(Failure) in
        try await server.ask(topology, on: loop, by: deadline)
      }
    }
  }

  private func untilAnswered(
    by end: Int64, _ ask: (Int64) async throws(Failure) -> Void
  ) async throws(Failure) {
    while true {
      let now = EventLoop.now()
      do throws(Failure) {
        return try await ask(min(end, now + 2_000_000_000))
      } catch {
        guard now < end, !isHopeless() else { throw error }
        await loop.sleep(for: .milliseconds(5))
      }
    }
  }
}
