// What dead runs have left is found and removed; a living run's place and whatever only looks like
// one are not.

import Testing

@testable import Drivers
@testable import Harness

@Suite struct LeftoversTests {
  @Test(
    "only twelve hexadecimal digits without a zero in front make a place",
    arguments: [
      ("soldout:1f2e3d4c5b6a:item:0", true), ("soldout:1f2e3d4c5b6a:", true),
      ("soldout:1f2e3d4c5b6a", false), ("soldout:0f2e3d4c5b6a:x", false),
      ("soldout:1F2e3d4c5b6a:x", false), ("soldout:1f2e3d4c5b6:x", false),
      ("soldout:1f2e3d4c5b6aa:x", false), ("soldout:mine:x", false),
      ("xsoldout:1f2e3d4c5b6a:x", false), ("soldout:+f2e3d4c5b6a:x", false),
    ])
  func pattern(key: String, isPlace: Bool) {
    #expect((PlaceName(key: key) != nil) == isPlace)
    let schema = key.split(separator: ":", omittingEmptySubsequences: false).prefix(2)
      .joined(separator: "_")
    if isPlace { #expect(PlaceName(schema: schema)?.schema == schema) }
    #expect(PlaceName(schema: schema + "x") == nil)
  }

  @Test func `a dead run's data goes, a living run's and a stranger's stay`() throws {
    try withRun { run in
      let redis = try RedisServer.start(in: run)
      let postgres = try PostgresServer.start(in: run)
      var topology = Topology()
      (topology.redis, topology.postgres) = (redis.address, postgres.address)
      let (dead, living) = (topology.inFreshPlace(), topology.inFreshPlace())
      _ = try ask(redis.address, "SET", "soldout:mine:x", "1")
      _ = try query(postgres.address, "CREATE SCHEMA soldout_1f2e3d4c5b6a")
      for place in [dead, living] { try make(place) }
      let places = (Leftovers(on: redis.address), Leftovers(on: postgres.address))
      try EventLoop.run { (loop) async throws in
        let marker = RunMarker(of: living, on: loop)
        try await marker.keep()
        // Each search has a loop, and so a thread, of its own.
        try await loop.runBlocking { () throws(ServerFailure) in
          do {
            try clean(places, dead: dead, living: living)
          } catch {
            Issue.record(error)
          }
        }
        marker.close()
      }
      #expect(try ask(redis.address, "GET", "soldout:mine:x") == .text("1"))
      #expect(try ask(redis.address, "GET", living.prefix + "item") == .text("1"))
      let schemas = try query(
        postgres.address,
        "SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname ~ '^soldout_'"
      )
      #expect(Set(schemas.split(separator: " ")) == ["soldout_1f2e3d4c5b6a", living.schema[...]])
    }
  }

  /// A place as a run makes it, with a key in it.
  private func make(_ topology: Topology) throws {
    try EventLoop.run { (loop) async throws in
      try await Namespace(topology, on: loop).create()
    }
    _ = try ask(try #require(topology.redis), "SET", topology.prefix + "item", "1")
  }

  private func clean(
    _ places: (Leftovers, Leftovers), dead: Topology, living: Topology
  ) throws {
    for leftovers in [places.0, places.1] {
      let found = try leftovers.find()
      #expect(found.first { $0.place == dead.place }?.state == .over)
      #expect(found.first { $0.place == living.place }?.state == .underWay)
      for one in found {
        let isRemoved = try leftovers.remove(one)
        #expect(isRemoved == (one.place == dead.place))
      }
    }
  }
}
