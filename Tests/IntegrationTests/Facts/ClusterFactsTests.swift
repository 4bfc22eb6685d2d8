// What a Redis cluster allows in one step, and how it refuses the rest.
// Redis manual, "Scale with Redis Cluster" and "Redis cluster specification".

import Drivers
import History
import Testing

@testable import Harness

/// A master of the cluster, with keys to try on it.
private struct Keys {
  /// Two of different slots of one master.
  var apart: (String, String)
  /// Two of one slot of that master, by hash tag.
  var together: (String, String)
  /// One of another master's slot.
  var foreign: String
  var master: RedisCommands

  init(_ bench: LockBench) async throws {
    let session = try await bench.client(1)
    let prefix = bench.topology.prefix
    _ = try await session.cluster.at(prefix) { (master) async throws(Failure) in
      try await master.get(prefix)
    }
    let map = try #require(session.connections.slots)
    let names = (0..<1000).map { "\(prefix){\($0)}" }
    let first = names[0]
    let master = map.master(of: KeySlot.of(first))
    let same = names.first { name in
      KeySlot.of(name) != KeySlot.of(first) && map.master(of: KeySlot.of(name)) == master
    }
    let other = names.first { map.master(of: KeySlot.of($0)) != master }
    apart = (first, try #require(same))
    together = (first + "units", first + "version")
    foreign = try #require(other)
    self.master = RedisCommands(session: session, route: .master(master))
  }

  /// What MULTI, a SET of each key, EXEC come to.
  func transaction(_ keys: [String]) async throws -> RedisReply {
    try await master.multi()
    for key in keys { try await master.set(key, 1) }
    return try await master.send(RedisCommand("EXEC", effect: .commit))
  }

  func refusal(_ body: () async throws(Failure) -> Void) async -> String? {
    do throws(Failure) {
      try await body()
      return nil
    } catch {
      if case .server(let code, message: _) = error.reason { return code }
      return error.description
    }
  }
}

@Suite("A cluster's steps", .serialized)
struct ClusterFactsTests {
  @Test("keys of two slots can't be set in one command, keys of one hash tag can")
  func commands() throws {
    try LockBench.run(.redisCluster) { bench in
      let keys = try await Keys(bench)
      func set(_ pair: (String, String)) -> RedisCommand {
        RedisCommand("MSET", [.text(pair.0), 1, .text(pair.1), 2], effect: .write)
      }
      let refused = await keys.refusal { () async throws(Failure) in
        _ = try await keys.master.send(set(keys.apart))
      }
      #expect(refused == "CROSSSLOT")
      #expect(try await keys.master.send(set(keys.together)).isOK)
    }
  }

  @Test("a script's keys must share a slot")
  func scripts() throws {
    try LockBench.run(.redisCluster) { bench in
      let keys = try await Keys(bench)
      let script = Script("return redis.call('SET', KEYS[1], 1) and redis.call('INCR', KEYS[2])")
      let refused = await keys.refusal { () async throws(Failure) in
        _ = try await keys.master.eval(
          script, keys: [keys.apart.0, keys.apart.1], arguments: [1])
      }
      #expect(refused == "CROSSSLOT")
      let answer = try await keys.master.eval(
        script, keys: [keys.together.0, keys.together.1], arguments: [1])
      #expect(answer == 1)
    }
  }

  @Test("a transaction over two slots is refused as a whole, one hash tag is not")
  func transactions() throws {
    try LockBench.run(.redisCluster) { bench in
      let keys = try await Keys(bench)
      let together = try await keys.transaction([keys.together.0, keys.together.1])
      #expect(together == .array([.status("OK"), .status("OK")]))
      await #expect(throws: Failure.self) {
        _ = try await keys.transaction([keys.apart.0, keys.apart.1])
      }
      await keys.master.session.settle()
      #expect(try await keys.master.get(keys.apart.1) == nil)
    }
  }

  @Test("another master's key is refused with MOVED, and spoils the transaction around it")
  func moved() throws {
    try LockBench.run(.redisCluster) { bench in
      let keys = try await Keys(bench)
      let alone = await keys.refusal { () async throws(Failure) in
        try await keys.master.set(keys.foreign, 1)
      }
      #expect(alone == "MOVED")
      try await keys.master.multi()
      try await keys.master.set(keys.apart.0, 1)
      let queued = await keys.refusal { () async throws(Failure) in
        try await keys.master.set(keys.foreign, 1)
      }
      #expect(queued == "MOVED")
      let executed = await keys.refusal { () async throws(Failure) in
        _ = try await keys.master.exec()
      }
      #expect(executed == "EXECABORT")
      #expect(try await keys.master.get(keys.apart.0) == nil)
    }
  }
}
