// Every lock under a crowd: one holder at a time, by what the clients see and by what the locks
// note, and nothing left behind: no key, no connection.
//
// SOLDOUT_LOCK_SECONDS=10 swift test --filter MutualExclusion tries each lock for so many seconds,
// as a lock without a strategy and then as a strategy, and prints what it came to.

import Checker
import Drivers
import Foundation
import History
import Testing

@testable import Harness

/// How long a crowd stays: half a second, or SOLDOUT_LOCK_SECONDS.
private let longRun = ProcessInfo.processInfo.environment["SOLDOUT_LOCK_SECONDS"].flatMap(Int.init)
private let stay: Duration = longRun.map { .seconds($0) } ?? .milliseconds(500)

/// Prints a long run's figures.
private func tell(_ figures: String) {
  if longRun != nil { print("locks: \(figures)") }
}

/// `@unchecked Sendable`: counted by tasks of one loop alone.
private final class Room: @unchecked Sendable {
  private(set) var inside = 0
  private(set) var most = 0
  private(set) var visits = 0

  func enter() {
    inside += 1
    visits += 1
    most = max(most, inside)
  }

  func leave() { inside -= 1 }
}

@Suite("Every lock", .serialized)
struct MutualExclusionTests {
  @Test("admits one of 64 clients at a time and leaves no key behind", arguments: NamedTestLock.all)
  func crowd(_ named: NamedTestLock) throws {
    try LockBench.run(named.needs) { bench in
      let room = Room()
      let end = EventLoop.now() + stay.inNanoseconds
      let first = try await bench.client(64)
      #expect(try await bench.connections() > 0 || named.needs == .fiveRedis)
      first.close()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for process in 0..<64 {
          group.addTask(executorPreference: bench.loop) {
            let session = try await bench.client(process, timeout: stay + .seconds(20))
            defer { session.close() }
            repeat { try await visit(room, named.lock, bench, session) } while EventLoop.now() < end
          }
        }
        try await group.waitForAll()
      }
      #expect(room.most == 1)
      #expect(room.visits > 1)
      // A fencing token outlives its lock: were it counted anew, an old one would pass.
      #expect(try await bench.keys().filter { !$0.hasSuffix(":token") } == [])
      #expect(try await bench.eventually { try await bench.connections() == 0 })
      tell("\(named.testDescription): \(room.visits) holders, at most \(room.most) at once")
    }
  }

  private func visit(
    _ room: Room, _ lock: any Harness.Lock, _ bench: LockBench, _ session: Session
  ) async throws {
    do throws(Failure) {
      try await session.holding(lock, of: bench.item) { (hold) async throws(Failure) in
        room.enter()
        // Others get their chance to come in.
        await session.pause(until: EventLoop.now() + 200_000)
        room.leave()
      }
    } catch {
      guard error == .notGranted else { throw error }
    }
  }

  private static let strategies = Entry.all.filter {
    $0.card.family == .lock || $0.card.family == .lockAndSecondLine
      || $0.card.name.hasPrefix("named-lock") || $0.card.name == "multi-store-lock"
  }

  @Test("as a strategy notes no two valid holders among 64 clients", arguments: strategies)
  func notes(_ entry: Entry) throws {
    var workload = Workload(
      name: "crowd", strategies: [entry.card.name], clients: 64, stock: 100_000,
      mix: Mix(take: 1), extent: .duration(stay))
    workload.deadline = .seconds(20)
    let run = try TestServers.run(workload, entry.type)
    let log = LockLog(of: run.history)
    let sold = run.history.operations.filter { $0.function == "take" && $0.outcome == .ok }
    #expect(!sold.isEmpty)
    #expect(log.holds.count >= sold.count, "every sale was made under the lock")
    #expect(log.validOverlaps == [])
    #expect(log.holds.allSatisfy { $0.operation != nil })
    #expect(try TestServers.leftovers(of: run.topology).isEmpty)
    let overtakes = log.waits.values.map { Overtakes(of: $0).total }.reduce(0, +)
    tell(
      "\(entry.card.name): \(log.holds.count) grants, \(sold.count) sold, "
        + "\(log.validOverlaps.count) valid holders at once, \(overtakes) overtakes")
  }
}
