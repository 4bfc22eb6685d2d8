// What single locks promise, each on real servers: who may release, who wakes whom, what is
// renewed, in which order waiters are served, what a majority is.

import Drivers
import History
import Testing

@testable import Harness

private let hour = 3_600_000

/// A lock whose lease runs out soon, and the same with one that doesn't.
private struct LeasedLock: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let short: any Harness.Lock
  let long: any Harness.Lock
  var needs = Needs.redis

  static let all = [
    LeasedLock(
      testDescription: "simple", short: SimpleLock(timeouts: LockTimeouts(lease: 30)),
      long: SimpleLock(timeouts: LockTimeouts(lease: hour))),
    LeasedLock(
      testDescription: "redisson", short: RedissonLock(lease: 30), long: RedissonLock(lease: hour)),
    LeasedLock(
      testDescription: "redlock", short: Redlock(timeouts: LockTimeouts(lease: 1000)),
      long: Redlock(timeouts: LockTimeouts(lease: hour)), needs: .fiveRedis),
  ]
}

@Suite("Locks", .serialized)
struct LockFactsTests {
  @Test("a late owner does not release the next owner's lock", arguments: LeasedLock.all)
  fileprivate func lateOwner(_ leased: LeasedLock) throws {
    try LockBench.run(leased.needs) { bench in
      let (late, next) = (try await bench.client(1), try await bench.client(2))
      let lapsed = try await leased.short.acquire(bench.item, in: late)
      #expect(try await bench.eventually { try await bench.keys().isEmpty })
      let hold = try await leased.long.acquire(bench.item, in: next)
      let keys = try await bench.keys()
      await leased.short.release(lapsed, in: late)
      #expect(try await bench.keys() == keys)
      await leased.long.release(hold, in: next)
      #expect(try await bench.keys() == [])
    }
  }

  @Test(
    "who waits is woken by the release, long before the lease ends",
    arguments: [
      NamedTestLock(
        "pubsub",
        PubSubLock(wait: 15_000_000_000, simple: SimpleLock(timeouts: LockTimeouts(lease: hour)))),
      NamedTestLock("redisson", RedissonLock(wait: 15_000_000_000, lease: hour)),
      NamedTestLock("fair", FairLock(wait: 15_000_000_000)),
      NamedTestLock("advisory", AdvisoryLock(wait: 15_000), needs: .postgres),
    ])
  func wakes(_ named: NamedTestLock) throws {
    try LockBench.run(named.needs) { bench in
      let (owner, waiter) = (try await bench.client(1), try await bench.client(2))
      let hold = try await named.lock.acquire(bench.item, in: owner)
      async let second = attempt(named.lock, of: bench.item, to: waiter)
      await bench.loop.sleep(for: .milliseconds(50))
      await named.lock.release(hold, in: owner)
      let granted = try #require(try await second)
      await named.lock.release(granted, in: waiter)
    }
  }

  @Test(
    "Redisson's locks are entered again by their owner and left as often",
    arguments: [
      NamedTestLock("plain", RedissonLock(wait: 1)), NamedTestLock("fair", FairLock(wait: 1)),
    ])
  func reentrant(_ named: NamedTestLock) throws {
    try LockBench.run { bench in
      let (owner, other) = (try await bench.client(1), try await bench.client(2))
      let first = try await named.lock.acquire(bench.item, in: owner)
      let second = try await named.lock.acquire(bench.item, in: owner)
      await named.lock.release(second, in: owner)
      #expect(try await attempt(named.lock, of: bench.item, to: other) == nil)
      await named.lock.release(first, in: owner)
      let free = try #require(try await attempt(named.lock, of: bench.item, to: other))
      await named.lock.release(free, in: other)
      #expect(try await bench.keys() == [])
    }
  }

  @Test("the watchdog renews a lease while its holder works")
  func watchdog() throws {
    try LockBench.run { bench in
      let session = try await bench.client(1)
      let lock = RedissonLock(watchdog: RedissonWatchdog(timeout: 1500))
      let pttl = RedisCommand("PTTL", [.text(bench.item.lock)], effect: .read)
      let isRenewed = try await session.holding(lock, of: bench.item) {
        (hold) async throws(Failure) in
        var last = try await session.redis.send(pttl).number
        for _ in 0..<2000 {
          await session.pause(until: EventLoop.now() + 2_000_000)
          let left = try await session.redis.send(pttl).number
          if left > last { return true }
          last = left
        }
        return false
      }
      #expect(isRenewed)
      #expect(try await bench.keys() == [])
    }
  }

  @Test("the fair lock serves in the order of asking, and forgets who gave up")
  func fair() throws {
    try LockBench.run { bench in
      let lock = FairLock(wait: 15_000_000_000)
      let owner = try await bench.client(0)
      let hold = try await lock.acquire(bench.item, in: owner)
      let queue = RedisCommand("LLEN", [.text(bench.item.lock + ":queue")], effect: .read)
      let quitter = try await bench.client(99)
      #expect(try await attempt(FairLock(wait: 1), of: bench.item, to: quitter) == nil)
      #expect(try await owner.redis.send(queue).number == 0)
      let order = try await withThrowingTaskGroup(of: Int.self) { group in
        for process in 1...8 {
          group.addTask(executorPreference: bench.loop) {
            let session = try await bench.client(process)
            return try await session.holding(lock, of: bench.item) { (_) in process }
          }
          #expect(
            try await bench.eventually { try await owner.redis.send(queue).number == process })
        }
        await lock.release(hold, in: owner)
        var order: [Int] = []
        for try await process in group { order.append(process) }
        return order
      }
      #expect(order == Array(1...8))
      #expect(try await bench.keys() == [])
    }
  }

  @Test("the fair lock, when free, refuses a newcomer while somebody stands in line")
  func newcomer() throws {
    try LockBench.run { bench in
      let lock = FairLock(wait: 15_000_000_000)
      let (owner, first) = (try await bench.client(1), try await bench.client(2))
      let newcomer = try await bench.client(3)
      _ = try await lock.acquire(bench.item, in: owner)
      async let waiting = attempt(lock, of: bench.item, to: first)
      let queue = RedisCommand("LLEN", [.text(bench.item.lock + ":queue")], effect: .read)
      #expect(try await bench.eventually { try await owner.redis.send(queue).number == 1 })
      // As if the lease had run out: nobody is told.
      _ = try await owner.redis.send(
        RedisCommand("DEL", [.text(bench.item.lock)], effect: .onLockOnly))
      #expect(try await attempt(FairLock(wait: 1), of: bench.item, to: newcomer) == nil)
      _ = try await owner.redis.send(
        RedisCommand(
          "PUBLISH", [.text(bench.item.channel(of: first.redissonOwner)), "0"],
          effect: .onLockOnly))
      let hold = try #require(try await waiting)
      await lock.release(hold, in: first)
      #expect(try await bench.keys() == [])
    }
  }

  @Test("an advisory lock not granted within lock_timeout is given up")
  func lockTimeout() throws {
    try LockBench.run(.postgres) { bench in
      let (owner, other) = (try await bench.client(1), try await bench.client(2))
      let hold = try await AdvisoryLock().acquire(bench.item, in: owner)
      #expect(try await attempt(AdvisoryLock(wait: 20), of: bench.item, to: other) == nil)
      await AdvisoryLock().release(hold, in: owner)
      let free = try #require(try await attempt(AdvisoryLock(), of: bench.item, to: other))
      await AdvisoryLock().release(free, in: other)
    }
  }

  @Test("Redlock bears two dead servers of five, not three", arguments: [2, 3])
  func majority(_ dead: Int) throws {
    try LockBench.run(.fiveRedis) { topology in
      for server in 0..<dead { topology.nodes[server] = RedisAddress(.unix(path: "/nowhere")) }
    } _: { bench in
      let session = try await bench.client(1)
      let lock = Redlock(timeouts: LockTimeouts(wait: 1))
      let hold = try await attempt(lock, of: bench.item, to: session)
      #expect((hold != nil) == (dead == 2))
      if let hold { await lock.release(hold, in: session) }
    }
  }

  @Test("the database refuses an owner whose token is older than the last one shown")
  func fences() throws {
    try TestServers.withShop(LockRedissonFenced.self, units: 10) { shop in
      let (strategy, item, session) = (LockRedissonFenced(), shop.items[0], shop.session)
      let (older, newer) = (
        LockGrant(item: item, owner: "", fence: 5, on: session.loop),
        LockGrant(item: item, owner: "", fence: 6, on: session.loop)
      )
      let reply = try await strategy.sell(1, of: item, under: newer, in: session)
      #expect(reply == .left(9))
      let refusal = Failure.gaveUp("a later owner of the lock came first")
      await #expect(throws: refusal) {
        try await strategy.sell(1, of: item, under: older, in: session)
      }
      await #expect(throws: refusal) {
        try await strategy.add(5, of: item, under: older, in: session)
      }
      let remaining = try await shop.remaining()
      #expect(remaining == 9)
    }
  }

  @Test("a client's random pauses follow from seed and process")
  func random() throws {
    try LockBench.run { bench in
      func numbers(_ process: Int, _ seed: UInt64) async throws -> [Int64] {
        let session = try await bench.client(process, seed: Seed(seed))
        return (0..<8).map { _ in session.random(upTo: 1_000_000) }
      }
      let first = try await numbers(1, 7)
      #expect(try await numbers(1, 7) == first)
      #expect(try await numbers(2, 7) != first)
      #expect(try await numbers(1, 8) != first)
      #expect(first.allSatisfy { (0...1_000_000).contains($0) })
    }
  }
}
