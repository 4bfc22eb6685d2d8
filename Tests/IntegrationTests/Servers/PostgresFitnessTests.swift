// Which servers of the user's runs can be made on, each tried on a real one configured so; and that a
// run behind a pooler keeps to its own schema.

import Foundation
import History
import Testing

@testable import Drivers
@testable import Harness

@Suite struct PostgresFitnessTests {
  /// Why a server is refused; nil if it is not.
  private func refusal(of address: PostgresAddress, clients: Int = 16) -> String? {
    failure {
      try PostgresFitness(of: address, clients: clients).check()
    }?.description
  }

  private func withServer(
    settings: [String: String] = [:], _ body: (PostgresServer, RunDirectory) throws -> Void
  ) throws {
    try withRun { run in
      var options = PostgresOptions()
      options.port = .free
      options.settings = settings
      try body(try PostgresServer.start(options, in: run), run)
    }
  }

  @Test func `a server as it comes is fit, and nothing is left of the look`() throws {
    try withServer { server, _ in
      #expect(refusal(of: server.address) == nil)
      let schemas = try query(
        server.address, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'soldout%'")
      #expect(schemas == "0")
    }
  }

  @Test func `a role without the right to make schemas, read-only, or with too few connections`()
    throws
  {
    try withServer { server, _ in
      _ = try query(
        server.address,
        """
        CREATE ROLE guest LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE few LOGIN CONNECTION LIMIT 3;
        GRANT CREATE ON DATABASE postgres TO reader, few;
        ALTER ROLE reader SET default_transaction_read_only = on
        """)
      var address = server.address
      address.user = "guest"
      #expect(
        refusal(of: address)?.contains("GRANT CREATE ON DATABASE postgres TO guest") == true)
      address.user = "reader"
      #expect(refusal(of: address)?.contains("default_transaction_read_only") == true)
      address.user = "few"
      #expect(refusal(of: address)?.contains("CONNECTION LIMIT") == true)
      #expect(refusal(of: address, clients: 1) == nil)
    }
  }

  @Test func `a standby takes no writes`() throws {
    try withServer { server, _ in
      try writeFile("", to: "\(server.directory)/data/standby.signal")
      try server.restart()
      #expect(refusal(of: server.address)?.contains("in recovery") == true)
    }
  }

  @Test func `fewer connections than the run needs`() throws {
    try withServer(settings: ["max_connections": "10"]) { server, _ in
      #expect(refusal(of: server.address)?.contains("max_connections") == true)
    }
  }
}

@Suite(.enabled(if: Pooler.program != nil, "pgbouncer is not installed"))
struct PoolerTests {
  private func withServer(_ body: (PostgresServer, RunDirectory) throws -> Void) throws {
    try withRun { run in
      var options = PostgresOptions()
      options.port = .free
      try body(try PostgresServer.start(options, in: run), run)
    }
  }

  @Test(
    "a pooler that doesn't give every client a session of its own is refused for what it does",
    arguments: [
      ("transaction", [:], "hands its sessions around between transactions"),
      (
        "transaction", ["server_round_robin": "1", "min_pool_size": "5"],
        "hands its sessions around between transactions"
      ),
      ("statement", [:], "pools statements"),
      ("session", ["server_reset_query": ""], "without resetting"),
      ("session", ["default_pool_size": "2"], "with 2 open it serves no more"),
    ])
  func refused(mode: String, settings: [String: String], word: String) throws {
    try withServer { server, run in
      let pooler = try Pooler(mode, before: server, settings: settings, in: run)
      defer { pooler.stop() }
      let failure = failure {
        try PostgresFitness(of: pooler.address, clients: 16).check()
      }
      #expect(failure?.description.contains(word) == true, "\(String(describing: failure))")
    }
  }

  @Test(
    "behind a pool of sessions a run keeps to its schema, whatever becomes of start-up parameters",
    arguments: [[:], ["ignore_startup_parameters": "options"]])
  func kept(settings: [String: String]) throws {
    try withServer { server, run in
      let pooler = try Pooler("session", before: server, settings: settings, in: run)
      defer { pooler.stop() }
      // Would be found by a session whose search path was lost.
      _ = try query(server.address, "CREATE TABLE stock (item integer, units integer)")
      var workload = Workload(name: "pooled", strategies: ["pg-update"], clients: 4, items: 2)
      workload.stock = 40
      workload.extent = .operations(200)
      var external = ExternalServers()
      external.postgres = pooler.address
      let backends = try Backends(.postgres, external: external, clients: 4)
      let plan = RunPlan(
        workload, of: PgUpdate.system, seed: Seed(7), on: backends,
        historyPath: "\(run.path)/history.jsonl")
      let result = try plan.carryOut(stop: NeverStops()) { _ in }
      #expect(result.tally.ok > 0 && result.tally.fail == 0 && result.tally.info == 0)
      #expect(try query(server.address, "SELECT count(*) FROM public.stock") == "0")
      #expect(
        try query(server.address, "SELECT count(*) FROM pg_class WHERE relname = 'stock'") == "1")
      #expect(
        try query(server.address, "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^soldout_'")
          == "0")
    }
  }
}
