// The loop as an executor: what runs on it, in which order, and how it ends.

import Synchronization
import Testing

@testable import Drivers

/// A value that several tasks and threads change.
final class Shared<Value: Sendable>: Sendable {
  private let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }

  func read() -> Value { value.withLock { $0 } }
  func change(_ body: (inout Value) -> Void) { value.withLock { body(&$0) } }
}

private struct Broken: Error, Equatable {}

@Suite struct EventLoopTests {
  @Test func `the body's value comes back`() async {
    #expect(await EventLoop.run { _ in 41 + 1 } == 42)
  }

  @Test func `the body's error comes back`() async {
    await #expect(throws: Broken()) {
      try await EventLoop.run { _ async throws(Broken) -> Int in throw Broken() }
    }
  }

  @Test func `the body, its children and async let stay on the loop's thread`() async {
    let places = await EventLoop.run { loop in
      var places = [loop.isCurrent]
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<20 {
          group.addTask {
            await Task.yield()
            return loop.isCurrent
          }
        }
        for await place in group { places.append(place) }
      }
      async let place = loop.isCurrent
      places.append(await place)
      return places
    }
    #expect(places.count == 22 && places.allSatisfy { $0 })
  }

  @Test func `a task that waited for another thread comes back to the loop`() async {
    let places = await EventLoop.run { loop in
      let away = await Task.detached { loop.isCurrent }.value
      return (away, loop.isCurrent)
    }
    #expect(!places.0 && places.1)
  }

  @Test func `work posted by many threads arrives, each thread's in its order`() async {
    let perThread = 500
    let seen = await EventLoop.run { loop in
      let seen = Shared<[Int]>([])
      let finished = Signal(on: loop)
      let threads = (0..<4).map { thread in
        EventLoop.startThread {
          for step in 0..<perThread {
            loop.perform {
              seen.change { $0.append(thread * perThread + step) }
              finished.notifyAll()
            }
          }
        }
      }
      _ = await finished.wait { seen.read().count == 4 * perThread }
      for thread in threads { EventLoop.join(thread) }
      return seen.read()
    }
    for thread in 0..<4 {
      let own = seen.filter { $0 / perThread == thread }
      #expect(own == Array(thread * perThread..<(thread + 1) * perThread))
    }
  }

  @Test func `tasks that only yield to each other do not keep a timer waiting`() async {
    let rounds = await EventLoop.run { loop in
      let isOver = Shared(false)
      return await withTaskGroup(of: Int.self) { group in
        for _ in 0..<2 {
          group.addTask {
            var rounds = 0
            while !isOver.read() {
              await Task.yield()
              rounds += 1
            }
            return rounds
          }
        }
        await loop.sleep(for: .milliseconds(2))
        isOver.change { $0 = true }
        return await group.reduce(0, +)
      }
    }
    #expect(rounds > 0)
  }

  @Test func `two loops run side by side, and the blocking form does the same`() async {
    async let one = EventLoop.run { loop in await loop.sleep(for: .milliseconds(1)) }
    async let other = EventLoop.run { loop in await loop.sleep(for: .milliseconds(1)) }
    #expect(await one)
    #expect(await other)
    #expect(blocking())
  }

  private func blocking() -> Bool {
    EventLoop.run { loop in await loop.sleep(for: .milliseconds(1)) }
  }

  @Test func `the clock never goes back`() {
    var last = EventLoop.now()
    for _ in 0..<10_000 {
      let now = EventLoop.now()
      #expect(now >= last)
      last = now
    }
  }
}

@Suite struct EventLoopMisuseTests {
  @Test func `a task that outlives its loop ends the program`() async {
    await #expect(processExitsWith: .failure) {
      let escaped = Shared<UnsafeContinuation<Void, Never>?>(nil)
      await EventLoop.run { loop in
        Task(executorPreference: loop) {
          await withUnsafeContinuation { continuation in escaped.change { $0 = continuation } }
        }
        await loop.sleep(for: .milliseconds(1))
      }
      escaped.read()?.resume()
    }
  }

  @Test func `a signal used off its loop ends the program`() async {
    await #expect(processExitsWith: .failure) {
      let signal = await EventLoop.run { loop in Signal(on: loop) }
      signal.notifyAll()
    }
  }
}
