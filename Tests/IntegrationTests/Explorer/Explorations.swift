// Explorations on the tests' servers, and the strategies whose schedules have been counted by hand.

import Drivers
import Explorer
import Foundation
import History

@testable import Harness

extension TestServers {
  static func exploration(
    _ configuration: Configuration, search: Explorer.Search = .all,
    budget: ExplorationBudget = ExplorationBudget(seconds: 600), testbeds: Int = 2
  ) throws -> Exploration {
    let backends = try backends.get().backends
    let places = (0..<testbeds).map { _ in
      var place = backends.freshTopology()
      if let options = place.postgres?.options["options"] {
        place.postgres?.options["options"] = options + " -c deadlock_timeout=100ms"
      }
      return place
    }
    return Exploration(configuration, search: search, budget: budget, places: places)
  }

  /// Calls `body` with an exploration whose servers are nobody else's, so that they may come to
  /// harm.
  static func withOwnServers<Result>(
    _ configuration: Configuration, search: Explorer.Search = .all,
    budget: ExplorationBudget = ExplorationBudget(),
    on external: ExternalServers = ExternalServers(), _ body: (Exploration) throws -> Result
  ) throws -> Result {
    let backends = try Backends(
      configuration.card.needs, external: external, clients: 20,
      demands: configuration.demands)
    let result = Swift.Result {
      try body(
        Exploration(
          configuration, search: search, budget: budget, places: [backends.freshTopology()],
          servers: backends.handles))
    }
    try backends.stop()
    return try result.get()
  }

  static func explore(
    _ configuration: Configuration, search: Explorer.Search = .all, testbeds: Int = 2
  ) throws -> Findings {
    try exploration(configuration, search: search, testbeds: testbeds).carryOut().findings
  }

  /// Every order, also of commands that commute.
  static let everyOrder = Explorer.Search.exhaustive(reduces: false, preemptions: nil)
}

/// A card for a strategy of these tests.
func testCard(_ name: String, _ needs: Needs) -> StrategyCard {
  StrategyCard(
    name: name, family: .redis, summary: "", needs: needs, expected: .linearizable, note: "")
}

/// WATCH, GET, MULTI, SET, EXEC, once.
struct WatchOnce: RedisStock {
  static let card = testCard("watch-once", .redis)

  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    let redis = session.redis
    try await redis.watch(item.key)
    let left = try await redis.get(item.key) ?? 0
    try await redis.multi()
    try await redis.queueDecrby(item.key, units)
    guard try await redis.exec() != nil else { throw .gaveUp("conflict") }
    return .left(left - units)
  }
}

/// BEGIN, SELECT, UPDATE, COMMIT at an isolation level.
protocol ReadThenWrite: PostgresStock {
  var isolation: SQLCommands.Isolation { get }
}

extension ReadThenWrite {
  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin(isolation)
    return try await readModifyWrite(units, of: item, in: session.postgres)
  }
}

struct ReadThenWriteCommitted: ReadThenWrite {
  static let card = testCard("read-then-write", .postgres)
  let isolation = SQLCommands.Isolation.readCommitted
}

struct ReadThenWriteRepeatable: ReadThenWrite {
  static let card = testCard("read-then-write-rr", .postgres)
  let isolation = SQLCommands.Isolation.repeatableRead
}

/// BEGIN, UPDATE, COMMIT.
struct UpdateInTransaction: PostgresStock {
  static let card = testCard("update-in-transaction", .postgres)

  private static let decrement = Statement(
    "UPDATE -", "UPDATE soldout.stock SET units = units - $1 WHERE item = $2 RETURNING units",
    effect: .write)

  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    try await session.postgres.begin()
    let left = try await session.postgres.int(Self.decrement, units, item.number) ?? 0
    try await session.postgres.commit()
    return .left(left)
  }
}

/// Two rows, updated by even processes in one order and by odd ones in the other: they deadlock.
struct TwoRows: PostgresStock {
  static let card = testCard("two-rows", .postgres)

  private static let touch = Statement(
    "UPDATE", "UPDATE soldout.stock SET units = units - $1 WHERE item = $2", effect: .write)

  func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await PgUpdate().open(
      [0, 1].map { Item(number: $0, prefix: session.topology.prefix) }, units: units, in: session)
  }

  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    let order = session.process % 2 == 0 ? [0, 1] : [1, 0]
    try await session.postgres.begin()
    for row in order { try await session.postgres.run(Self.touch, units, row) }
    try await session.postgres.commit()
    return .taken
  }
}
