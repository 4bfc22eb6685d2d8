// How many schedules there are: known figures, an independent count, and the explorer on real
// servers, all three the same. The unit is a command sent, whether it is answered at once or waits.

import Explorer
import History
import Testing

@testable import Harness

/// A strategy, its clients' commands as the independent count sees them, and the known figure.
struct CountedStrategy: Sendable, CustomTestStringConvertible {
  let type: any Strategy.Type
  let clients: Int
  let known: Int
  let violations: Int
  let commands: @Sendable (Int) -> [CountedCommand]

  init(
    _ type: any Strategy.Type, clients: Int = 2, known: Int, violations: Int,
    _ commands: @escaping @Sendable (Int) -> [CountedCommand]
  ) {
    self.type = type
    self.clients = clients
    self.known = known
    self.violations = violations
    self.commands = commands
  }

  var testDescription: String { "\(type.card.name), \(clients) clients" }

  static let all = [
    CountedStrategy(RedisGetSet.self, known: 6, violations: 4) { _ in [.free, .free] },
    CountedStrategy(RedisGetSet.self, clients: 3, known: 90, violations: 84) { _ in
      [.free, .free]
    },
    CountedStrategy(RedisDecr.self, clients: 3, known: 6, violations: 0) { _ in [.free] },
    CountedStrategy(WatchOnce.self, known: 252, violations: 0) { _ in
      Array(repeating: .free, count: 5)
    },
    CountedStrategy(ReadThenWriteCommitted.self, known: 50, violations: 40) { _ in
      [.free, .free, .lock(0), .commit]
    },
    CountedStrategy(ReadThenWriteRepeatable.self, known: 50, violations: 0) { _ in
      [.free, .free, .lock(0), .commit]
    },
    CountedStrategy(PgForUpdate.self, known: 24, violations: 0) { _ in
      [.free, .lock(0), .lock(0), .commit]
    },
    CountedStrategy(UpdateInTransaction.self, known: 14, violations: 0) { _ in
      [.free, .lock(0), .commit]
    },
    // Twelve ways into the deadlock, two ways on from each: ROLLBACK before COMMIT, or after it.
    CountedStrategy(TwoRows.self, known: 42, violations: 0) { client in
      [.free, .lock(client), .lock(1 - client), .commit]
    },
  ]
}

@Suite("Counts of schedules", .serialized)
struct ScheduleCountTests {
  @Test("are the known ones, by two ways of counting", arguments: CountedStrategy.all)
  func counts(_ counted: CountedStrategy) throws {
    let programs = (0..<counted.clients).map(counted.commands)
    #expect(Interleavings(programs).count == counted.known)
    let findings = try TestServers.explore(
      Configuration(counted.type, clients: counted.clients), search: TestServers.everyOrder)
    #expect(findings.schedules == counted.known)
    #expect(findings.isComplete)
    #expect(findings.violations == counted.violations)
    #expect(findings.unknown == 0 && findings.cut == 0 && findings.redundant == 0)
  }
}
