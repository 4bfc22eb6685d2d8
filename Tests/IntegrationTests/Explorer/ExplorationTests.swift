// What the explorer owes: the same tree each time, no outcome lost by the reduction, tokens that
// repeat exactly, counterexamples as short as they get, and servers left as they were found.

import Checker
import History
import Testing

@testable import Explorer
@testable import Harness

@Suite("Explorations", .serialized)
struct ExplorationTests {
  private static let reducible: [any Strategy.Type] = [
    RedisGetSet.self, RedisWatch.self, RedisZaddNX.self, UnlockBeforeCommit.self, NamedLock.self,
    ReadThenWriteCommitted.self,
  ]

  @Test("leaving out orders of commuting commands loses no history", arguments: reducible.indices)
  func reduction(_ index: Int) throws {
    let configuration = Configuration(Self.reducible[index])
    let all = try TestServers.explore(configuration, search: TestServers.everyOrder)
    let reduced = try TestServers.explore(configuration)
    #expect(Set(reduced.histories.keys) == Set(all.histories.keys))
    #expect(reduced.schedules <= all.schedules)
    #expect(reduced.verdict == all.verdict)
  }

  private static let raced: [any Strategy.Type] = [
    RedisLua.self, RedisSetnx.self, LockPubSub.self, LockRedissonFair.self, TxBeforeLock.self,
    PgSerializable.self, NamedLockXact.self, CacheAside.self, Saga.self,
  ]

  @Test("leaving a point another way only at races loses no history", arguments: raced.indices)
  func races(_ index: Int) throws {
    var exploration = try TestServers.exploration(Configuration(Self.raced[index]))
    let awaiting = try exploration.carryOut().findings
    exploration.awaitsRaces = false
    let everywhere = try exploration.carryOut().findings
    #expect(awaiting.isComplete && everywhere.isComplete)
    #expect(Set(awaiting.histories.keys) == Set(everywhere.histories.keys))
    #expect(awaiting.schedules <= everywhere.schedules)
    #expect(abs(awaiting.covered - 1) < 1e-6)
  }

  @Test("a tree walked twenty times over is twenty times the same tree")
  func often() throws {
    let exploration = try TestServers.exploration(
      Configuration(RedisZaddNX.self), search: TestServers.everyOrder)
    let few = try exploration.carryOut().findings
    let many = try exploration.carryOut(from: Frontier(times: 20)).findings
    #expect(many.schedules == 20 * few.schedules)
    #expect(Set(many.histories.keys) == Set(few.histories.keys))
    #expect(abs(many.covered - 1) < 1e-6 && many.isComplete)
    #expect(
      many.histories.mapValues(\.schedules) == few.histories.mapValues { 20 * $0.schedules })
  }

  @Test(
    "a seed draws the same schedules, however many testbeds draw them",
    arguments: [RandomSearch.walk, .pct(depth: 3)])
  func seeds(_ random: RandomSearch) throws {
    var configuration = Configuration(LockSimple.self, clients: 3)
    configuration.faultBudget.expiries = 1
    let search = Explorer.Search.random(random, seed: 21)
    let found = try [1, 4].map { testbeds in
      try TestServers.exploration(
        configuration, search: search, budget: ExplorationBudget(schedules: 150),
        testbeds: testbeds
      ).carryOut().findings
    }
    #expect(found[0].schedules == 150 && found[0].steps == found[1].steps)
    #expect(
      found[0].histories.mapValues(\.schedules) == found[1].histories.mapValues(\.schedules))
    // A lease ends early in some of them, so that two clients are inside at once.
    #expect(found[0].violations > 0 && found[0].violations == found[1].violations)
  }

  @Test("a budget of schedules is kept to the last one, however many testbeds there are")
  func budget() throws {
    let random = Explorer.Search.random(.walk, seed: 5)
    for (search, count) in [(.all, 7), (TestServers.everyOrder, 21), (random, 21), (random, 1)] {
      let exploration = try TestServers.exploration(
        Configuration(RedisWatch.self), search: search,
        budget: ExplorationBudget(schedules: count), testbeds: 6)
      let (findings, rest) = try exploration.carryOut()
      #expect(findings.schedules == count, "\(search)")
      // Going on, so many more.
      #expect(try exploration.carryOut(from: rest).findings.schedules == 2 * count, "\(search)")
    }
  }

  @Test("consumers of a queue are scheduled: one for each item is enough, several are not")
  func queues() throws {
    for testbeds in [1, 3] {
      let keyed = try TestServers.explore(Configuration(QueueKeyed.self), testbeds: testbeds)
      #expect(keyed.isComplete && keyed.verdict == .linearizable)
      // Who is sold to first: either, whoever asked first, with the calls apart or at once.
      #expect(keyed.schedules == 10)
    }
    let exploration = try TestServers.exploration(Configuration(QueueUnkeyed.self))
    let worst = try #require(try exploration.carryOut().findings.worst)
    let schedules = try exploration.replay(worst.schedule.named, times: 20)
    let token = Token(schedules[0], of: exploration.configuration, versions: ["redis": "7"])
    #expect(token.description.contains("w1XREADGROUP"))
    #expect(try Token(token.description) == token)
    #expect(
      schedules.allSatisfy { token.firstDifference(from: $0) == nil && $0.abortReason == nil })
    #expect(schedules.allSatisfy { $0.calls == schedules[0].calls })
    for place in exploration.places {
      let place = place.restricted(to: QueueUnkeyed.card.needs)
      #expect(try TestServers.leftovers(of: place).isEmpty)
    }
  }

  @Test("what a session asks a cluster first is no step: lost connections change no tree")
  func cluster() throws {
    var faultBudget = FaultBudget()
    faultBudget.losses = 1
    let findings = try TestServers.explore(
      Configuration(RedisLuaCluster.self, faultBudget: faultBudget))
    #expect(findings.isComplete && findings.verdict == .linearizable)
  }

  @Test("the same tree, however many testbeds walk it")
  func sameTree() throws {
    for type in [RedisWatch.self, LockPubSub.self] as [any Strategy.Type] {
      let trees = try [1, 1, 3].map { testbeds in
        try TestServers.explore(Configuration(type), testbeds: testbeds)
      }
      for tree in trees.dropFirst() {
        #expect(tree.schedules == trees[0].schedules)
        #expect(tree.redundant == trees[0].redundant)
        #expect(tree.steps == trees[0].steps)
        #expect(tree.histories.mapValues(\.schedules) == trees[0].histories.mapValues(\.schedules))
      }
    }
  }

  @Test("what a table shows of the servers is the same each time, whoever holds the lock")
  func shown() throws {
    let states = try (0..<2).map { _ in
      let exploration = try TestServers.exploration(Configuration(LockRedisson.self, clients: 1))
      return try exploration.replay([NamedTransition(.of(1))]).steps.map(\.state)
    }
    #expect(states[0] == states[1])
    #expect(states[0].joined().contains("{item-0}:lock={soldout:0 1}"))
  }

  @Test("what there was no time to walk is not called the shortest")
  func shortestInTime() throws {
    let exploration = try TestServers.exploration(Configuration(RedisGetSet.self, clients: 3))
    let findings = try exploration.carryOut().findings
    let shortest = try exploration.shortest(try #require(findings.worst), seconds: 0)
    #expect(!shortest.isShortest && shortest.configuration.clients == 3)
  }

  @Test("GET and SET break in four commands and one preemption, and again a hundred times")
  func shortest() throws {
    let exploration = try TestServers.exploration(Configuration(RedisGetSet.self, clients: 3))
    let worst = try #require(try exploration.carryOut().findings.worst)
    let shortest = try exploration.shortest(worst, seconds: 600)
    #expect(shortest.isShortest)
    #expect(shortest.configuration.clients == 2)
    #expect(shortest.schedule.steps.map(\.verb) == ["GET", "GET", "SET", "SET"])
    #expect(shortest.violation.preemptions == 1)
    let token = Token(shortest.schedule, of: shortest.configuration, versions: ["redis": "7"])
    let again = try Token(token.description)
    let replays = try TestServers.exploration(try again.configuration(among: [RedisGetSet.self]))
      .replay(again.transitions, times: 100)
    #expect(replays.allSatisfy { $0.steps == replays[0].steps && $0.calls == replays[0].calls })
    #expect(replays.allSatisfy { again.firstDifference(from: $0) == nil && $0.abortReason == nil })
  }

  @Test("a token of another strategy says where the first difference is")
  func difference() throws {
    let exploration = try TestServers.exploration(Configuration(RedisWatch.self))
    let token = try Token("redis-watch:t/t:stock=2:redis-7:1WATCH,2SET,1GET")
    let schedule = try exploration.replay(token.transitions)
    #expect(token.firstDifference(from: schedule) == 2)
  }

  @Test("a cache's stale read is found, though reading from memory takes no command")
  func silentCalls() throws {
    for type in [CacheLocal.self, CacheAside.self, CacheTTL.self] as [any Strategy.Type] {
      let findings = try TestServers.explore(Configuration(.standard(of: type), of: type))
      #expect(findings.verdict == .violation, "\(type.card.name)")
    }
  }

  @Test("servers are left as they were found", arguments: [true, false])
  func leftovers(_ isPostgres: Bool) throws {
    let type: any Strategy.Type = isPostgres ? LockSimple.self : RedisZaddNX.self
    let exploration = try TestServers.exploration(Configuration(type))
    _ = try exploration.carryOut()
    for place in exploration.places {
      #expect(try TestServers.leftovers(of: place.restricted(to: type.card.needs)).isEmpty)
    }
  }
}
