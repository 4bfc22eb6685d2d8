// What differs from version to version, on the versions themselves: the oldest that documents name,
// and the newest there are.

import Checker
import Drivers
import Explorer
import Foundation
import History
import Testing

@testable import Harness

@Suite("Servers of other versions", .serialized)
struct OtherVersionTests {
  @Test(.enabled(if: OtherServer.redis62.isThere, OtherServer.redis62.absence))
  func `every strategy on Redis sells on Redis 6_2`() throws {
    try Self.sellAll(.redis62, among: .allRedis)
  }

  @Test(.enabled(if: OtherServer.valkey9.isThere, OtherServer.valkey9.absence))
  func `every strategy on Redis sells on Valkey 9, which is called so`() throws {
    try Self.sellAll(.valkey9, among: .allRedis)
  }

  @Test(.enabled(if: OtherServer.postgres16.isThere, OtherServer.postgres16.absence))
  func `every strategy on PostgreSQL sells on PostgreSQL 16`() throws {
    try Self.sellAll(.postgres16, among: .allPostgres)
  }

  @Test(.enabled(if: OtherServer.postgres17.isThere, OtherServer.postgres17.absence))
  func `PostgreSQL 17 forgets sales and never the table they are made from`() throws {
    try Self.forget(.postgres17)
    try Self.sellAll(.postgres17, among: .allPostgres)
  }

  @Test(.enabled(if: OtherServer.postgres18.isThere, OtherServer.postgres18.absence))
  func `PostgreSQL 18 forgets sales and never the table they are made from`() throws {
    try Self.forget(.postgres18)
    try Self.sellAll(.postgres18, among: .allPostgres)
  }

  /// Valkey's replica notices once in a second what it has received, unless it reads it off the
  /// connection; at a schedule a second this walk would take five minutes.
  @Test(.enabled(if: OtherServer.valkey9.isThere, OtherServer.valkey9.absence))
  func `a failover is explored to the end on Valkey 9`() throws {
    var faultBudget = FaultBudget()
    faultBudget.failovers = 1
    let configuration = Configuration(
      LockSimple.self, script: [[.take(1)], [.take(1)]], stock: 2, faultBudget: faultBudget)
    let findings = try TestServers.withOwnServers(
      configuration, budget: ExplorationBudget(seconds: 240), on: OtherServer.valkey9.external
    ) { try $0.carryOut().findings }
    #expect(findings.isComplete)
    #expect(findings.verdict == .violation)
  }

  /// A run of each strategy that has all its servers among these, in which no command is refused.
  private static func sellAll(_ server: OtherServer, among needs: Needs) throws {
    let external = try server.external
    let backends = try Backends(
      needs.subtracting(.redisCluster), external: external, clients: 4)
    defer { try? backends.stop() }
    #expect(
      backends.versions == [server.identity.product.rawValue: "\(server.identity.version)"])
    for type in Catalogue.strategies
    where needs.subtracting(.redisCluster).contains(type.card.needs) {
      #expect(try external.invalid(type.card) == nil)
      var workload = Workload(name: "versions", strategies: [type.card.name], clients: 4, items: 2)
      (workload.stock, workload.extent) = (40, .operations(160))
      let run = try TestServers.run(workload, type, on: backends)
      #expect(run.result.tally.ok > 0, "\(type.card.name)")
      let refused = run.history.operations.compactMap(\.error).filter { $0.contains("ERR") }
      #expect(refused.isEmpty, "\(type.card.name)")
    }
  }

  private static func forget(_ server: OtherServer) throws {
    var workload = Workload(name: "forget", strategies: ["pg-update"], clients: 8, items: 1)
    (workload.stock, workload.mix) = (1_000_000, Mix(take: 100))
    workload.extent = .duration(.seconds(1))
    workload.faults = [
      try FaultSpec(
        text: "server-kill:first=400ms,every=100ms,times=1,synchronous-commit=off")
    ]
    let trial = try FaultTrial(workload, PgUpdate.self, on: server.external)
    #expect(trial.spans.count == 1)
    let sold = 1_000_000 - (trial.result.remaining.first ?? 0)
    #expect(sold > 0 && sold <= trial.result.tally.ok)
  }
}
