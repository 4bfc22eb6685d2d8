// Sleeping and signals: never early, no wake-up lost, everybody woken once and in order.

import Support
import Testing

@testable import Drivers

private let longTime: Int64 = 600_000_000_000

/// What tasks of a loop note down, in order.
private final class Notes: Sendable {
  private let list = Shared<[String]>([])
  func add(_ note: String) { list.change { $0.append(note) } }
  var all: [String] { list.read() }
}

@Suite struct EventLoopSleepTests {
  @Test func `a sleep never ends early`() async {
    let early = await EventLoop.run { loop in
      var early = 0
      for length in [0, 1, 999, 1_000, 50_000, 1_500_000] as [Int64] {
        let end = EventLoop.now() + length
        let isWhole = await loop.sleep(until: end)
        if EventLoop.now() < end || !isWhole { early += 1 }
      }
      return early
    }
    #expect(early == 0)
  }

  @Test func `a moment that has passed is not waited for`() async {
    #expect(await EventLoop.run { loop in await loop.sleep(until: EventLoop.now() - longTime) })
  }

  @Test func `sleepers wake in the order of their moments, not of their coming`() async {
    let order = await EventLoop.run { loop in
      let notes = Notes()
      let start = EventLoop.now() + 2_000_000
      await withTaskGroup(of: Void.self) { group in
        for place in [3, 1, 4, 0, 2] {
          group.addTask {
            await loop.sleep(until: start + Int64(place) * 10_000)
            notes.add("\(place)")
          }
        }
      }
      return notes.all
    }
    #expect(order == ["0", "1", "2", "3", "4"])
  }

  @Test func `cancelling ends a sleep, before it begins or during it`() async {
    let slept = await EventLoop.run { loop in
      await withTaskGroup(of: Bool.self) { group in
        group.addTask { await loop.sleep(for: .nanoseconds(longTime)) }
        await Task.yield()
        group.cancelAll()
        group.addTask { await loop.sleep(for: .nanoseconds(longTime)) }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(slept == [false, false])
  }

  @Test func `a sleep is cancelled from another thread`() async {
    let slept = await EventLoop.run { loop in
      let task = Task(executorPreference: loop) { await loop.sleep(for: .nanoseconds(longTime)) }
      await Task.detached { task.cancel() }.value
      return await task.value
    }
    #expect(!slept)
  }
}

@Suite struct EventLoopSignalTests {
  @Test func `those who wait are woken one by one, the first first`() async {
    let order = await EventLoop.run { loop in
      let (signal, notes) = (Signal(on: loop), Notes())
      await withTaskGroup(of: Void.self) { group in
        for name in ["a", "b", "c"] {
          group.addTask {
            if await signal.wait() == .notified { notes.add(name) }
          }
        }
        for turn in 1...3 {
          await loop.sleep(for: .microseconds(100))
          notes.add("\(turn)")
          #expect(signal.notifyOne())
        }
      }
      #expect(!signal.notifyOne())
      return notes.all
    }
    #expect(order == ["1", "a", "2", "b", "3", "c"])
  }

  @Test func `notifying all wakes those who wait now, and nobody later`() async {
    let wakes = await EventLoop.run { loop in
      let signal = Signal(on: loop)
      signal.notifyAll()
      return await withTaskGroup(of: Wake.self) { group in
        for _ in 0..<3 { group.addTask { await signal.wait() } }
        await loop.sleep(for: .microseconds(100))
        signal.notifyAll()
        group.addTask { await signal.wait(until: EventLoop.now() + 100_000) }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(wakes == [.notified, .notified, .notified, .deadline])
  }

  @Test func `who gave up is not woken in another's place`() async {
    let wakes = await EventLoop.run { loop in
      let signal = Signal(on: loop)
      return await withTaskGroup(of: (Int, Wake).self) { group in
        // In the middle one whose deadline passes, first and last one who is cancelled.
        let cancelled = Task(executorPreference: loop) { await signal.wait() }
        await Task.yield()
        group.addTask { (1, await signal.wait()) }
        group.addTask { (2, await signal.wait(until: EventLoop.now() + 100_000)) }
        group.addTask { (3, await signal.wait()) }
        await loop.sleep(for: .milliseconds(1))
        cancelled.cancel()
        var wakes = [await cancelled.value]
        #expect(signal.notifyOne())
        #expect(signal.notifyOne())
        #expect(!signal.notifyOne())
        let results = await group.reduce(into: [Int: Wake]()) { $0[$1.0] = $1.1 }
        wakes += [1, 2, 3].compactMap { results[$0] }
        return wakes
      }
    }
    #expect(wakes == [.cancelled, .notified, .deadline, .notified])
  }

  @Test func `a wait for a condition looks first and again after each wake-up`() async {
    let result = await EventLoop.run { loop in
      let (signal, count) = (Signal(on: loop), Shared(0))
      let atOnce = await signal.wait { true }
      return await withTaskGroup(of: Wake.self) { group in
        group.addTask { await signal.wait { count.read() == 3 } }
        for _ in 0..<3 {
          await loop.sleep(for: .microseconds(50))
          count.change { $0 += 1 }
          signal.notifyAll()
        }
        let waited = await group.next()
        let never = await signal.wait(until: EventLoop.now() + 50_000) { false }
        return [atOnce, waited, never]
      }
    }
    #expect(result == [.notified, .notified, .deadline])
  }

  @Test func `many waits with deadlines, notifications and cancellations all end once`() async {
    // Every wait ends, by whatever comes first; none is woken by a notification it did not take.
    let seed = UInt64.random(in: 0...UInt64.max)
    let (ended, notified, taken) = await EventLoop.run { loop in
      var random = SeededGenerator(seed: seed)
      let signal = Signal(on: loop)
      return await withTaskGroup(of: Wake.self) { group in
        for _ in 0..<300 {
          let patience = Int64.random(in: 0..<2_000_000, using: &random)
          group.addTask { await signal.wait(until: EventLoop.now() + patience) }
        }
        var taken = 0
        for _ in 0..<40 {
          await loop.sleep(for: .nanoseconds(Int64.random(in: 0..<50_000, using: &random)))
          for _ in 0..<Int.random(in: 0..<4, using: &random) where signal.notifyOne() {
            taken += 1
          }
        }
        let wakes = await group.reduce(into: [Wake]()) { $0.append($1) }
        return (wakes.count, wakes.count { $0 == .notified }, taken)
      }
    }
    #expect(ended == 300 && notified == taken, "seed \(seed)")
  }
}
