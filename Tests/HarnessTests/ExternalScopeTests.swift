// Which strategies the user's own servers are for.

import Drivers
import Testing

@testable import Harness

@Suite struct ExternalScopeTests {
  private let redis: ExternalServers
  private let both: ExternalServers

  init() {
    var external = ExternalServers()
    external.redis = RedisAddress(.unix(path: "/r"))
    redis = external
    external.postgres = PostgresAddress(host: "/p", port: 1, user: "u", database: "d")
    both = external
  }

  private func cards(_ names: String...) -> [StrategyCard] {
    names.compactMap { Catalogue.strategy(named: $0)?.card }
  }

  @Test func `strategies that use them run there, the others are named`() throws {
    #expect(try both.scope(of: cards("lock-optimistic")) == [])
    let notes = try redis.scope(of: cards("redis-lua", "redlock", "redis-lua-cluster"))
    #expect(notes.count == 1)
    #expect(notes[0].contains("redlock (five Redis servers)"))
    #expect(notes[0].contains("redis-lua-cluster (a Redis cluster)"))
  }

  @Test(
    "a server that nothing would use is refused",
    arguments: [
      ("redlock", "five Redis servers"), ("saga", "two PostgreSQL servers"),
      ("redis-lua-cluster", "a Redis cluster"), ("redis-lua", "no PostgreSQL"),
      ("pg-update", "no Redis"),
    ])
  func refused(strategy: String, word: String) {
    let refusal = #expect(throws: ExternalRefusal.self) {
      var external = both
      // One at a time: the other would be refused first.
      let isOfPostgres = word.contains("PostgreSQL")
      if isOfPostgres { external.redis = nil } else { external.postgres = nil }
      _ = try external.scope(of: cards(strategy))
    }
    #expect(refusal?.description.contains(word) == true)
  }

  @Test(
    "faults on the way are for servers of the user's too, unless TLS hides what passes",
    arguments: ["latency", "partition", "reply-loss"])
  func way(fault: String) throws {
    let spec = try FaultSpec(text: fault)
    let card = cards("pg-update")
    _ = try FaultPlan([spec], strategies: card, clients: 16, external: both)
    var hidden = both
    hidden.postgres?.options["sslmode"] = "verify-full"
    #expect(throws: FaultRefusal.self) {
      try FaultPlan([spec], strategies: card, clients: 16, external: hidden)
    }
    #expect(throws: FaultRefusal.self) {
      try FaultPlan(
        [try FaultSpec(text: "server-pause")], strategies: card, clients: 16, external: both)
    }
  }
}
