// Every order of two clients' commands on MySQL: who waits is known, the tables are set back, and no
// outcome is lost by the reduction.

import Checker
import History
import Testing

@testable import Explorer
@testable import Harness

@Suite("Explorations on MySQL", .serialized)
struct MySQLExplorationTests {
  private static let all = Catalogue.strategies.filter { $0.card.needs.contains(.mysql) }

  @Test(
    "every strategy is walked to its end, with the verdict it is listed with",
    arguments: all.indices)
  func whole(_ index: Int) throws {
    let strategy = Self.all[index]
    let findings = try TestServers.explore(Configuration(strategy))
    #expect(findings.isComplete, "\(strategy.card.name)")
    let isBroken = strategy.card.expected == .violation
    #expect((findings.violations > 0) == isBroken, "\(strategy.card.name)")
  }

  private static let reducible: [any Strategy.Type] = [
    MySQLSelectUpdate.self, MySQLForUpdate.self, MySQLNamedLock.self,
  ]

  @Test("leaving out orders of commuting commands loses no history", arguments: reducible.indices)
  func reduction(_ index: Int) throws {
    let configuration = Configuration(Self.reducible[index])
    let all = try TestServers.explore(configuration, search: TestServers.everyOrder)
    let reduced = try TestServers.explore(configuration)
    #expect(Set(reduced.histories.keys) == Set(all.histories.keys))
    #expect(reduced.schedules <= all.schedules)
  }
}
