// What does a strategy's work besides its clients, such as the consumers of a queue. Workers start
// before the first call and end after the last look at the stores, each with a session of its own.
// They make no calls, so only the effects of their work are in the history.

import Drivers

/// The time in which workers work.
///
/// `@unchecked Sendable`: written and read on one loop alone.
public final class WorkerStop: @unchecked Sendable {
  /// Set when nobody needs the workers any more; they look at it several times a second.
  public private(set) var isOver = false

  package init() {}

  package func end() { isOver = true }
}

/// The workers of one strategy.
struct Workers {
  let strategy: any Strategy
  let loop: EventLoop
  let topology: Topology
  /// Process numbers that nobody else uses, one each.
  let processes: [Int]

  /// Calls `body` while they work; all have ended when it returns.
  func during<Value: Sendable, Problem: Error>(
    _ body: () async throws(Problem) -> Value
  ) async throws(Problem) -> Value {
    let stop = WorkerStop()
    let result = await withTaskGroup(of: Void.self) { group in
      for (number, process) in processes.enumerated() {
        group.addTask(executorPreference: loop) { await work(number, as: process, until: stop) }
      }
      let result: Result<Value, Problem>
      do throws(Problem) {
        result = .success(try await body())
      } catch {
        result = .failure(error)
      }
      stop.end()
      return result
    }
    return try result.get()
  }

  /// One worker's loop: if it loses a connection, it connects again and goes on.
  private func work(_ number: Int, as process: Int, until stop: WorkerStop) async {
    let session = Session(on: loop, topology: topology, process: process)
    defer { session.close() }
    while !stop.isOver {
      do throws(Failure) {
        session.begin(deadline: EventLoop.now() + 1_000_000_000)
        try await session.connect(by: session.deadline)
        try await strategy.work(number, until: stop, in: session)
      } catch {
        await session.settle()
        await loop.sleep(for: .milliseconds(5))
      }
    }
  }
}
