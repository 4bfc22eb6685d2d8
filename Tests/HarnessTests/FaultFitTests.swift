// A fault that a strategy has nothing for is refused before anything starts, in one sentence.

import Testing

@testable import Harness

@Suite("What a fault strikes")
struct FaultFitTests {
  private func refusal(_ texts: [String], _ type: any Strategy.Type) throws -> FaultRefusal? {
    let specs = try texts.map { try FaultSpec(text: $0) }
    do throws(FaultRefusal) {
      _ = try FaultPlan(
        specs, strategies: [type.card], clients: 16, external: ExternalServers())
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "is refused where the strategy has none",
    arguments: [
      (
        "slow-transaction", "slow-transaction targets PostgreSQL or two PostgreSQL servers or MySQL"
      ),
      ("server-pause:server=postgres", "server-pause targets postgres"),
      ("server-kill:server=redis-4", "server-kill targets redis-4"),
      ("partition:server=cluster-1", "partition targets cluster-1"),
      ("client-pause:at=redis-4", "client-pause targets redis-4"),
      ("clock-jump:cut=2", "clock-jump targets five Redis servers"),
      ("server-kill:cut=1", "server-kill targets five Redis servers"),
    ])
  func refused(_ text: String, _ words: String) throws {
    let sentence = "\(words), which redis-lua doesn't use; leave it out"
    #expect(try refusal([text], RedisLua.self) == .unfit(sentence))
  }

  @Test("takes from a strategy what it stands on, and not what guards it twice")
  func falls() {
    let lease: Hazards = [.lockLost, .redisForgets]
    func check(_ card: StrategyCard, _ known: Hazards) {
      #expect(card.vulnerableTo == known, "\(card.name)")
    }
    check(RedisLua.card, .redisForgets)
    check(RedisDecr.card, [.redisForgets, .callCutOff])
    check(PgUpdate.card, .postgresForgets)
    check(NamedLock.card, [.postgresForgets, .connectionLost])
    check(MySQLUpdate.card, .mysqlForgets)
    check(MySQLNamedLock.card, [.mysqlForgets, .connectionLost])
    check(LockSpin.card, lease.union(.postgresForgets))
    check(TxBeforeLock.card, lease.union(.postgresForgets))
    check(LockOptimistic.card, .postgresForgets)
    check(MySQLLockOptimistic.card, .mysqlForgets)
    check(MySQLRedissonLock.card, lease.union(.mysqlForgets))
    check(CacheTTL.card, .postgresForgets)
    check(QueueKeyed.card, .redisForgets)
    check(Saga.card, lease.union([.postgresForgets, .connectionLost, .clientLost]))
    check(ProgramSetup(command: ["x"]).card, [])
  }

  @Test("is a limit that so many clients can meet, at one connection each or two")
  func limits() throws {
    let refused = try refusal(["connection-limit:connections=17"], PgUpdate.self)
    #expect(
      refused
        == .unfit(
          "connection-limit would refuse nobody: 16 clients of pg-update use at most 16 connections, "
            + "and the limit is 17; give connections=16 or less, or more clients"))
    #expect(try refusal(["connection-limit:connections=16"], PgUpdate.self) == nil)
    #expect(try refusal(["connection-limit:connections=32"], NamedLock.self) == nil)
    #expect(try refusal(["connection-limit:connections=33"], NamedLock.self) != nil)
  }

  @Test(
    "is there, by kind and by name",
    arguments: [
      "server-pause:server=redis", "server-kill:server=redis-4", "partition:server=postgres",
      "client-pause:at=redis-5", "server-kill:cut=2,server=redis-1", "latency:server=any",
    ])
  func fits(_ text: String) throws {
    #expect(try refusal([text], LockRedlock.self) == nil)
  }

  @Test(
    "leaves the catalogue's expectation standing, or takes it away",
    arguments: [
      // Whoever takes first and puts back is cut off in between; a script is not.
      (0, "reply-loss", nil), (0, "connection-kill", nil), (0, "server-pause:for=6s", nil),
      (0, "server-pause:for=1s", Harness.Expectation.linearizable), (0, "latency", .linearizable),
      (1, "reply-loss", .linearizable), (1, "partition:for=6s", .linearizable),
      (1, "server-kill", nil), (1, "server-kill:persistence=always", .linearizable),
      // A lease that ends is no matter where there is a second line.
      (2, "partition:for=1s", .linearizable), (2, "partition:for=11s", nil),
      (3, "partition:for=11s", .linearizable), (3, "reply-loss", .linearizable),
      // Who dies puts nothing back.
      (0, "crash", nil), (1, "crash", .linearizable), (2, "crash", .linearizable),
      (4, "crash", nil),
    ])
  func expectations(_ strategy: Int, _ fault: String, _ expected: Harness.Expectation?) throws {
    let types: [any Strategy.Type] = [
      RedisDecr.self, RedisLua.self, LockSimple.self, LockOptimistic.self, Saga.self,
    ]
    let card = types[strategy].card
    let workload = Workload(
      name: "w", strategies: [card.name], mix: Mix(take: 1), faults: [try FaultSpec(text: fault)])
    #expect(workload.expectation(of: card) == expected)
  }

  @Test("every name is a server of some strategy, and every server has a name")
  func names() {
    let needs = Catalogue.strategies.map { $0.card.needs }
    let all = Set(needs.flatMap(\.servers).map(\.description))
    guard case .word(let words) = ServerChoice.parameter.kind else {
      Issue.record("a choice is of words")
      return
    }
    #expect(Set(words).subtracting(["any"]) == all)
  }

  @Test("two faults that contradict each other are refused")
  func contradiction() throws {
    let refused = try refusal(["client-pause:lease=80ms", "lease-expiry"], LockRedisson.self)
    #expect(refused == .unfit("two faults ask for different leases; run them one after the other"))
  }
}
