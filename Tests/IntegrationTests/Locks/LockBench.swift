// Clients around one lock on real servers, without any stock: what the tests of locks share.

import Drivers
import History
import Testing

@testable import Harness

/// A lock as tests name it.
struct NamedTestLock: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let lock: any Harness.Lock
  let needs: Needs

  init(_ name: String, _ lock: any Harness.Lock, needs: Needs = .redis) {
    testDescription = name
    self.lock = lock
    self.needs = needs
  }

  static let all = [
    NamedTestLock("simple", SimpleLock()),
    NamedTestLock("spin", SpinLock()),
    NamedTestLock("pubsub", PubSubLock()),
    NamedTestLock("redisson", RedissonLock()),
    NamedTestLock("redisson with a lease", RedissonLock(lease: 3000)),
    NamedTestLock("redisson fenced", RedissonLock(isFenced: true)),
    NamedTestLock("redisson fair", FairLock()),
    NamedTestLock("redlock", Redlock(), needs: .fiveRedis),
    NamedTestLock("advisory", AdvisoryLock(), needs: .postgres),
  ]
}

/// An item whose lock is fought for, and the clients that fight.
///
/// `@unchecked Sendable`: used by tasks of one loop alone.
final class LockBench: @unchecked Sendable {
  let loop: EventLoop
  let topology: Topology
  let item: Item
  /// What the servers know its clients by.
  private let tag = "bench\(UInt64.random(in: 0...UInt64.max))"
  private var sessions: [Session] = []

  private init(on loop: EventLoop, topology: Topology) {
    self.loop = loop
    self.topology = topology
    item = Item(number: 0, prefix: topology.prefix)
  }

  /// Runs `body` on an event loop, in a place of its own on the servers.
  static func run(
    _ needs: Needs = .redis,
    changing change: @escaping @Sendable (inout Topology) -> Void = { _ in },
    _ body: @escaping @Sendable (LockBench) async throws -> Void
  ) throws {
    let whole = try TestServers.backends.get().backends.freshTopology().restricted(to: needs)
    try EventLoop.run { (loop) async throws in
      let namespace = Namespace(whole, on: loop)
      try await namespace.create()
      var topology = whole
      change(&topology)
      let bench = LockBench(on: loop, topology: topology)
      try await body(bench)
      for session in bench.sessions { session.close() }
      try await namespace.remove()
    }
  }

  /// How many connections of this bench's clients the servers have now.
  func connections() async throws -> Int {
    var count = 0
    let deadline = EventLoop.now() + 10_000_000_000
    for address in topology.allRedis {
      let redis = try await RedisConnection.open(address, on: loop, deadline: deadline)
      defer { redis.close() }
      let list = try await redis.send(RedisCommand("CLIENT", ["LIST"], effect: .read))
      count += (list.text ?? "").split(separator: "\n").count { $0.contains(" name=\(tag)-") }
    }
    for address in topology.allPostgres {
      let postgres = try await PostgresConnection.open(address, on: loop, deadline: deadline)
      defer { postgres.close() }
      let sessions = Statement(
        "SELECT",
        "SELECT count(*)::int FROM pg_stat_activity WHERE starts_with(application_name, $1)",
        effect: .read)
      count += try await postgres.execute(sessions, [.text("\(tag)-")]).integer(0, 0) ?? 0
    }
    return count
  }

  /// A connected client with 20 s, or more, for what it does.
  func client(
    _ process: Int, seed: Seed = Seed(0), timeout: Duration = .seconds(20)
  ) async throws -> Session {
    let session = Session(on: loop, topology: topology, process: process, seed: seed)
    session.connections.name = "\(tag)-\(process)"
    sessions.append(session)
    session.begin(deadline: EventLoop.now() + timeout.inNanoseconds)
    try await session.connect(by: session.deadline)
    return session
  }

  /// Looks every millisecond until something holds; false after 10 s.
  func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = EventLoop.now() + 10_000_000_000
    while EventLoop.now() < end {
      if try await condition() { return true }
      await loop.sleep(for: .milliseconds(1))
    }
    return false
  }

  /// The keys that are there now, without the run's prefix, on all servers.
  func keys() async throws -> [String] {
    var found: [String] = []
    for address in topology.allRedis {
      let redis = try await RedisConnection.open(
        address, on: loop, deadline: EventLoop.now() + 10_000_000_000)
      defer { redis.close() }
      let keys = RedisCommand("KEYS", [.text(topology.prefix + "*")], effect: .read)
      found += try await redis.send(keys).elements?.compactMap(\.text) ?? []
    }
    return found.map { String($0.dropFirst(topology.prefix.count)) }
  }
}

/// The hold that an attempt to get a lock came to; nil if it was given up.
func attempt(_ lock: some Harness.Lock, of item: Item, to session: Session) async throws
  -> LockGrant?
{
  do throws(Failure) {
    return try await lock.acquire(item, in: session)
  } catch {
    guard error == .notGranted else { throw error }
    await session.unsubscribe()
    return nil
  }
}
