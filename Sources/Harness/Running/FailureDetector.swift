// Watches what a run depends on: that its private servers live, and that soldout itself gets processor time.
// It notes what it sees and ends nothing by itself. The term is Chandra & Toueg's (1996); this one makes no
// mistakes about servers, since it asks the kernel and not the network.

import Drivers
import History

/// Detects lost servers and stalls of one run, on the run's loop.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class FailureDetector: @unchecked Sendable {
  /// The servers that were lost.
  private(set) var lost: [LostServer] = []
  /// The longest time in which soldout itself stood still, in ns; 0: it never did.
  private(set) var longestStall = Duration.zero
  /// Told once, when the first server is lost.
  var onLoss: () -> Void = {}
  private let servers: ServerHandles
  private let journal: Journal
  private let loop: EventLoop
  private let over: Signal
  private var isOver = false

  /// How often it looks, in ns.
  private static let period: Int64 = 100_000_000
  /// From when on a look that comes late is worth telling, in ns: long enough for a busy machine.
  static let shortestStall: Int64 = 1_000_000_000

  init(over servers: ServerHandles, noting journal: Journal, on loop: EventLoop) {
    self.servers = servers
    self.journal = journal
    self.loop = loop
    over = Signal(on: loop)
  }

  /// Watches until `end()`.
  func keep() async {
    while !isOver {
      let due = EventLoop.now() + Self.period
      _ = await over.wait(until: due) { isOver }
      noteStall(of: EventLoop.now() - due)
      look()
    }
  }

  func end() {
    isOver = true
    over.notifyAll()
  }

  /// A timer that fires so late was kept by something that kept everybody: all tasks of a run share
  /// its loop. Clients took no reply meanwhile and renewed no lease, and the servers' time went on.
  private func noteStall(of length: Int64) {
    guard length >= Self.shortestStall else { return }
    longestStall = max(longestStall, .nanoseconds(length))
    journal.event("stall", from: "run", value: .object(["ms": .int(Int(length / 1_000_000))]))
  }

  private func look() {
    guard lost.isEmpty else { return }
    lost = servers.lost
    guard !lost.isEmpty else { return }
    for server in lost {
      journal.event(
        "server-lost", from: "run",
        value: .object(["server": .string(server.server), "end": .string(server.end)]))
    }
    onLoss()
  }

  /// Whether a server was lost, asked where something failed: its connections end a moment before its
  /// process does, a PostgreSQL's seconds before, which first ends its sessions.
  func hasLost() async -> Bool {
    guard !servers.all(.any).isEmpty else { return false }
    let end = EventLoop.now() + 6_000_000_000
    look()
    while lost.isEmpty, EventLoop.now() < end {
      await loop.sleep(for: .milliseconds(10))
      look()
    }
    return !lost.isEmpty
  }
}
