// Servers that come to harm as choices: what a killed Redis keeps with and without its append-only
// file, what PostgreSQL keeps, what a replica that had fallen behind knows, and that the servers are
// as before when the next schedule begins.

import Checker
import Drivers
import Explorer
import History
import Testing

@testable import Harness
@testable import Mutants

@Suite("Servers that come to harm", .serialized)
struct ServerChoiceTests {
  private static func configuration(
    _ type: any Strategy.Type, _ faultBudget: FaultBudget,
    _ persistence: RedisOptions.Persistence = .none
  ) -> Explorer.Configuration {
    var configuration = Configuration(type, faultBudget: faultBudget)
    configuration.persistence = persistence
    return configuration
  }

  private static func replay(
    _ configuration: Explorer.Configuration, _ transitions: [Transition], times: Int = 1
  ) throws -> [Schedule] {
    let schedules = try TestServers.withOwnServers(configuration) {
      try $0.replay(transitions.map { NamedTransition($0) }, times: times)
    }
    for schedule in schedules {
      #expect(schedule.abortReason == nil, "\(schedule.abortReason.map { "\($0)" } ?? "")")
    }
    return schedules
  }

  private static func explore(_ configuration: Explorer.Configuration) throws -> Findings {
    try TestServers.withOwnServers(configuration) { try $0.carryOut().findings }
  }

  private static let redis = Transition.restart(.redis)
  private static let postgres = Transition.restart(.postgres)

  // MARK: Restarts

  @Test("a Redis without persistence forgets its stock, one with a file does not")
  func restartedStock() throws {
    let transitions: [Transition] = [.of(1), Self.redis, .of(2)]
    let without = try Self.replay(
      Self.configuration(RedisDecr.self, allowing(\.restarts)), transitions + [.of(2)])[0]
    #expect(without.calls.map(\.reply) == [.left(1), .soldOut])
    let with = try Self.replay(
      Self.configuration(RedisDecr.self, allowing(\.restarts), .appendOnly(.always)), transitions)[
        0]
    #expect(with.calls.map(\.reply) == [.left(1), .left(0)])
    #expect(with.left == 0)
  }

  @Test("one of several that is killed has forgotten the scripts in that schedule, and in no other")
  func restartedNode() throws {
    var budget = ExplorationBudget()
    budget.schedules = 300
    let found = try TestServers.withOwnServers(
      Self.configuration(LockRedlock.self, allowing(\.restarts)),
      search: .exhaustive(reduces: false, preemptions: 1)
    ) { exploration in
      var exploration = exploration
      exploration.budget = budget
      return try exploration.carryOut().findings
    }
    #expect(found.schedules == 300 && found.violations == 0)
  }

  @Test("a lock is lost with a Redis that keeps nothing, and kept by one with a file")
  func restartedLock() throws {
    let lost = try Self.explore(Self.configuration(LockSimple.self, allowing(\.restarts)))
    #expect(lost.verdict == .violation)
    #expect(lost.worst?.faults == 1)
    let kept = try Self.explore(
      Self.configuration(LockSimple.self, allowing(\.restarts), .appendOnly(.always)))
    #expect(kept.isComplete && kept.verdict == .linearizable)
  }

  @Test("PostgreSQL keeps what was committed and nothing else")
  func restartedDatabase() throws {
    let configuration = Self.configuration(PgForUpdate.self, allowing(\.postgresRestarts))
    // BEGIN, SELECT FOR UPDATE and UPDATE are lost; the other client had not begun.
    let before = try Self.replay(
      configuration,
      [.of(1), .of(1), .of(1), Self.postgres, .of(1), .of(2), .of(2), .of(2), .of(2)])
    #expect(before[0].calls.map(\.outcome) == [.fail, .ok])
    #expect(before[0].calls[1].reply == .left(1))
    let after = try Self.replay(
      configuration,
      [.of(1), .of(1), .of(1), .of(1), Self.postgres, .of(2), .of(2), .of(2), .of(2)])
    #expect(after[0].calls.map(\.reply) == [.left(1), .left(0)])
  }

  @Test("a commit that nobody waits for is lost in a kill, every time, and one that waits is not")
  func unwrittenCommit() throws {
    let mutant = try #require(MutantCatalogue.mutant(named: "pg-update.synchronous-commit-off"))
    // BEGIN, SET, UPDATE, COMMIT of each.
    let sale: (Int) -> [Transition] = { Array(repeating: .of($0), count: 4) }
    let lost = try Self.replay(
      Self.configuration(mutant, allowing(\.postgresRestarts)), sale(1) + [Self.postgres] + sale(2),
      times: 12)
    for schedule in lost {
      #expect(schedule.calls.map(\.reply) == [.left(1), .left(1)])
      #expect(schedule.left == 1)
    }
    let kept = try Self.replay(
      Self.configuration(PgUpdate.self, allowing(\.postgresRestarts)),
      [.of(1), Self.postgres, .of(2)], times: 3)
    for schedule in kept { #expect(schedule.calls.map(\.reply) == [.left(1), .left(0)]) }
  }

  @Test("a commit that waits writes what others did not wait for")
  func writtenByAnother() throws {
    let schedules = try Self.replay(
      Self.configuration(HastyEven.self, allowing(\.postgresRestarts)),
      [.of(1), .of(1), .of(1), .of(1), .of(2), Self.postgres], times: 3)
    for schedule in schedules {
      #expect(schedule.calls.map(\.reply) == [.left(1), .left(0)])
      #expect(schedule.left == 0)
    }
  }

  @Test("every command of a client that waited for a row is over when PostgreSQL dies")
  func restartedWhileBlocked() throws {
    let schedule = try Self.replay(
      Self.configuration(PgForUpdate.self, allowing(\.postgresRestarts)),
      [.of(1), .of(1), .of(2), .of(2), Self.postgres, .of(1)])[0]
    #expect(schedule.calls.map(\.outcome) == [.fail, .fail])
    #expect(schedule.left == 2)
  }

  // MARK: Failovers

  @Test("a replica that has heard everything takes over without a loss")
  func failover() throws {
    let schedule = try Self.replay(
      Self.configuration(RedisDecr.self, allowing(\.failovers)),
      [.of(1), Transition.failover, .of(2)])
    #expect(schedule[0].calls.map(\.reply) == [.left(1), .left(0)])
  }

  @Test("a replica that had fallen behind takes a sale back, again and again")
  func lostSale() throws {
    let schedules = try Self.replay(
      Self.configuration(RedisDecr.self, allowing(\.failovers)),
      [Transition.stall, .of(1), Transition.failover, .of(2)], times: 3)
    for schedule in schedules {
      #expect(schedule.calls.map(\.reply) == [.left(1), .left(1)])
      #expect(schedule.left == 1)
    }
  }

  @Test("what the replica knows is what was written before it fell behind")
  func fallenBehind() throws {
    let configuration = Configuration(
      RedisDecr.self, clients: 3, faultBudget: allowing(\.failovers))
    let schedule = try Self.replay(
      configuration, [.of(1), Transition.stall, .of(2), Transition.failover, .of(3)])[0]
    #expect(schedule.calls.map(\.reply) == [.left(2), .left(1), .left(1)])
  }

  @Test("what is restarted after a failover is the replica that has taken over")
  func restartedReplica() throws {
    let transitions: [Transition] = [.of(1), Transition.failover, Self.redis, .of(2)]
    var faultBudget = allowing(\.failovers)
    faultBudget.restarts = 1
    let with = try Self.replay(
      Self.configuration(RedisDecr.self, faultBudget, .appendOnly(.always)), transitions, times: 5)
    for schedule in with { #expect(schedule.calls.map(\.reply) == [.left(1), .left(0)]) }
    let without = try Self.replay(
      Self.configuration(RedisDecr.self, faultBudget), transitions + [.of(2)], times: 5)
    for schedule in without { #expect(schedule.calls.map(\.reply) == [.left(1), .soldOut]) }
  }

  @Test("a Redis that is restarted before a failover is copied as it then is")
  func restartedMaster() throws {
    var faultBudget = allowing(\.failovers)
    faultBudget.restarts = 1
    let transitions: [Transition] = [.of(1), Self.redis, Transition.failover, .of(2)]
    let with = try Self.replay(
      Self.configuration(RedisDecr.self, faultBudget, .appendOnly(.always)), transitions, times: 3)
    for schedule in with { #expect(schedule.calls.map(\.reply) == [.left(1), .left(0)]) }
    // What it sent to the replica as a file is no persistence.
    let without = try Self.replay(
      Self.configuration(RedisDecr.self, faultBudget), transitions + [.of(2)], times: 5)
    for schedule in without { #expect(schedule.calls.map(\.reply) == [.left(1), .soldOut]) }
  }

  @Test(
    "what can come to nothing new is left out, and no history with it",
    arguments: ["restarts", "failovers", "expiries"])
  func reduction(_ name: String) throws {
    let kind = try #require(FaultBudget.kinds.first { $0.name == name }).count
    let configuration = Self.configuration(BriefLock.self, allowing(kind))
    let reduced = try Self.explore(configuration)
    let all = try TestServers.withOwnServers(configuration, search: TestServers.everyOrder) {
      try $0.carryOut().findings
    }
    #expect(reduced.isComplete && all.isComplete)
    #expect(Set(reduced.histories.keys) == Set(all.histories.keys))
    #expect(reduced.schedules < all.schedules)
  }

  @Test("every schedule begins with servers as they were")
  func healed() throws {
    let configuration = Self.configuration(RedisDecr.self, allowing(\.failovers))
    let once = try Self.explore(configuration)
    let again = try Self.explore(configuration)
    #expect(once.isComplete && once.verdict == .violation)
    #expect(once.schedules == again.schedules)
    #expect(once.histories.mapValues(\.schedules) == again.histories.mapValues(\.schedules))
  }

  @Test("the servers have to be the exploration's own, and fit")
  func unfit() {
    for (type, kind, why) in [
      (PgUpdate.self, \.failovers, "uses no Redis that a replica could take over from"),
      (PgUpdate.self, \.restarts, "uses no Redis that could be restarted"),
      (RedisDecr.self, \.postgresRestarts, "uses no PostgreSQL that could be restarted"),
    ] as [(any Strategy.Type, WritableKeyPath<FaultBudget, Int>, String)] {
      #expect(Self.configuration(type, allowing(kind)).unfitness == why)
    }
    // After the first one nobody is left to take over.
    #expect(Self.configuration(RedisDecr.self, allowing(\.failovers)).unfitness == nil)
    let twice = Self.configuration(RedisDecr.self, allowing(\.failovers, 2))
    #expect(twice.unfitness?.contains("allow one failover") == true)
  }
}

/// Even processes don't wait until their sale is written.
struct HastyEven: PostgresStock {
  static let card = testCard("hasty-even", .postgres)

  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    session.process % 2 == 0
      ? try await UpdateConfirmedUnwritten().take(units, of: item, in: session)
      : try await PgUpdate().take(units, of: item, in: session)
  }
}

/// SET NX PX and UPDATE: a lock that nobody gives back.
struct BriefLock: PostgresStock {
  static let card = testCard("brief-lock", [.redis, .postgres])

  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    guard
      try await RedisLease.take(
        item.lock, owner: session.freshTicket(), lease: 3000, from: session.redis)
    else { throw .gaveUp("held") }
    return try await PgUpdate().take(units, of: item, in: session)
  }
}
