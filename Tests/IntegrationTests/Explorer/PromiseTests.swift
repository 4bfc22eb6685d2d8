// What explorations hold strategies to beside the answers to calls: one holder of a lock at a time,
// turns, and several stores that agree. Each with a strategy that breaks it and one that doesn't,
// and with the passing of time that it takes.

import Checker
import Explorer
import History
import Testing

@testable import Harness
@testable import Mutants

@Suite("Promises under exploration", .serialized)
struct PromiseTests {
  private static func explore(
    _ type: any Strategy.Type, script: String = "t/t", stock: Int = 2,
    _ faultBudget: FaultBudget = FaultBudget(), lease: Duration? = nil,
    guarantees: Guarantees? = nil,
    search: Explorer.Search = .all
  ) throws -> Findings {
    var configuration = Configuration(
      type, script: try #require(CallScript.calls(script)), stock: stock, faultBudget: faultBudget)
    configuration.lease = lease
    if let guarantees { configuration.guarantees = guarantees }
    let findings = try TestServers.explore(configuration, search: search)
    #expect(findings.isComplete)
    return findings
  }

  /// Trees with time in them are large, and one switch is enough for what is looked for.
  private static let once = Explorer.Search.exhaustive(reduces: false, preemptions: 1)

  private static func mutant(_ name: String) throws -> any Mutant.Type {
    try #require(MutantCatalogue.mutant(named: name))
  }

  // MARK: Locks

  @Test("two holders at once are seen where a second line saves the stock")
  func overlap() throws {
    let mutant = try Self.mutant("lock-optimistic.owner-without-thread")
    let found = try Self.explore(mutant)
    let worst = try #require(found.worst)
    #expect(worst.reasons == ["client 1 still held the lock when client 2 got it"])
    #expect(try Self.explore(mutant, guarantees: .stock).verdict == .linearizable)
    #expect(
      try Self.explore(LockOptimistic.self, guarantees: [.stock, .exclusion]).verdict
        == .linearizable)
  }

  @Test("who asked later and got the lock first is seen")
  func order() throws {
    let all: Guarantees = [.stock, .exclusion, .order]
    let found = try Self.explore(
      try Self.mutant("redisson-fair-lock.last-come-first"), script: "t/t/t", stock: 3,
      search: Self.once)
    #expect(
      found.worst?.reasons.first?.hasSuffix(
        "waited for the lock, and one that asked later got it first")
        == true)
    let fair = try Self.explore(
      LockRedissonFair.self, script: "t/t/t", stock: 3, guarantees: all, search: Self.once)
    #expect(fair.verdict == .linearizable)
    let unfair = try Self.explore(
      LockRedisson.self, script: "t/t/t", stock: 3, guarantees: all, search: Self.once)
    #expect(unfair.verdict == .violation)
  }

  // MARK: Time

  @Test("a lease that ends by the clock ends for its owner too")
  func lapse() throws {
    let without = try Self.explore(LockSimple.self, guarantees: [.stock, .exclusion])
    #expect(without.verdict == .linearizable)
    let with = try Self.explore(LockSimple.self, allowing(\.lapses), search: Self.once)
    #expect(with.verdict == .violation)
    #expect(with.worst?.schedule.transitions.contains(Transition.time) == true)
    #expect(with.worst?.faults == 0)
    // Two hold it, and the lease of one has run out.
    let valid = try Self.explore(
      LockSimple.self, allowing(\.lapses), guarantees: .validExclusion, search: Self.once)
    #expect(valid.verdict == .linearizable)
    let late = try Self.mutant("lock-simple.del-by-late-owner")
    #expect(
      try Self.explore(late, script: "t,t/t", allowing(\.lapses), search: Self.once).verdict
        == .violation)
  }

  @Test("a lease that is renewed does not end by the clock before its watchdog had its turn")
  func watchdog() throws {
    let guarantees: Guarantees = [.stock, .exclusion]
    let kept = try Self.explore(
      LockRedisson.self, allowing(\.lapses), lease: .seconds(3600), guarantees: guarantees,
      search: Self.once
    )
    #expect(kept.verdict == .linearizable)
    for name in ["redisson-lock.never-renewed", "redisson-lock.lease-in-seconds"] {
      let mutant = try Self.mutant(name)
      #expect(try Self.explore(mutant, search: Self.once).verdict == .linearizable)
      #expect(
        try Self.explore(mutant, allowing(\.lapses), lease: .seconds(3600), search: Self.once)
          .verdict
          == .violation,
        "\(name)")
    }
  }

  @Test("nobody's lease, no lapse")
  func nothingLapses() throws {
    let without = try Self.explore(RedisDecr.self)
    let with = try Self.explore(RedisDecr.self, allowing(\.lapses))
    #expect(Set(with.histories.keys) == Set(without.histories.keys))
    #expect(with.worst == nil)
  }

  @Test("who tries again while the owner stands still does so before any lease ends")
  func retries() throws {
    let mutant = try Self.mutant("lock-spin.gives-up-inside")
    #expect(try Self.explore(mutant, search: Self.once).verdict == .linearizable)
    #expect(
      try Self.explore(mutant, allowing(\.delays, 3), search: Self.once).verdict == .violation)
    #expect(
      try Self.explore(
        LockSpin.self, allowing(\.delays, 3), guarantees: [.stock, .exclusion], search: Self.once
      ).verdict == .linearizable)
  }

  // MARK: Stores

  @Test("orders that are missing are seen, though every buyer was told right")
  func stores() throws {
    let found = try Self.explore(try Self.mutant("multi-store-lock.no-order"))
    #expect(found.worst?.reasons.first?.contains("has orders for 0 units of item-0") == true)
    #expect(try Self.explore(MultiStoreLock.self).verdict == .linearizable)
  }
}
