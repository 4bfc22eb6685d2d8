// A private Redis cluster: who has which slot, and how clients find out.

import Drivers
import History
import Testing

@testable import Harness

@Suite("A Redis cluster", .serialized)
struct RedisClusterTests {
  @Test("a key's slot is the one that the server computes")
  func slots() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    try LockBench.run(.redisCluster) { bench in
      var random = SplitMix64(seed: seed)
      let session = try await bench.client(1)
      let node = RedisCommands(session: session, route: .master(0))
      let letters = Array("ab{}:-é0")
      for _ in 0..<300 {
        let length = Int.random(in: 0...12, using: &random)
        let key = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "x" })
        let ask = RedisCommand("CLUSTER", ["KEYSLOT", .text(key)], effect: .read)
        let slot = try await node.send(ask).number
        #expect(slot == KeySlot.of(key), "\(key), seed \(seed)")
      }
    }
  }

  @Test("every slot has a master, each master a third")
  func shares() throws {
    try LockBench.run(.redisCluster) { bench in
      let session = try await bench.client(1)
      _ = try await session.cluster.at("any") { (master) async throws(Failure) in
        try await master.get("any")
      }
      let map = try #require(session.connections.slots)
      let shares = Dictionary(grouping: 0..<KeySlot.count, by: map.master(of:)).mapValues(\.count)
      #expect(shares.keys.sorted() == [0, 1, 2])
      #expect(shares.values.allSatisfy { $0 == 5461 || $0 == 5462 })
    }
  }

  /// Every slot is believed to be with the wrong master at first.
  @Test("a client with an old map is sent on, and sells once", arguments: 0..<3)
  func moved(_ believed: Int) throws {
    try TestServers.withShop(RedisLuaCluster.self, units: 5) { shop in
      shop.session.connections.slots = SlotMap(allAt: believed)
      for item in 0..<2 {
        let reply = try await shop.call(.take(2), item: item)
        let remaining = try await shop.remaining(item: item)
        #expect(reply == .left(3) && remaining == 3)
      }
    }
  }

  /// Else every fault's run would end in vain.
  @Test("masters that send a question on are taken for healed")
  func healed() throws {
    try LockBench.run(.redisCluster) { bench in
      try await Healing(of: bench.topology, on: bench.loop).awaitAnswers()
    }
  }

  @Test("a script over two slots is refused, and nothing is sold")
  func crossSlot() throws {
    try LockBench.run(.redisCluster) { bench in
      let session = try await bench.client(1)
      let script = Script("redis.call('SET', KEYS[1], 1); return redis.call('SET', KEYS[2], 1)")
      let prefix = bench.topology.prefix
      do throws(Failure) {
        _ = try await session.cluster.eval(
          script, keys: [prefix + "{a}", prefix + "{b}"], arguments: [])
        Issue.record("keys of two slots in one script")
      } catch {
        guard case .server(code: "CROSSSLOT", message: _) = error.reason else { throw error }
        #expect(error.certainty == .definite)
      }
      #expect(try await bench.keys() == [])
    }
  }
}
