// How a loop begins and ends: it lives as long as its first task, and hands over that task's result.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension EventLoop {
  /// Starts a loop on a new thread, runs `body` as its first task, and waits for the result.
  ///
  /// Tasks that `body` starts must be children of its own (task groups, `async let`): a task that
  /// outlives `body` and is then resumed ends the program with a message. The calling thread is
  /// blocked meanwhile. The soft limit on open files is raised to the hard one, and SIGPIPE is
  /// ignored, both for the whole process.
  public static func run<T: Sendable, Problem: Error>(
    _ body: @Sendable @escaping (EventLoop) async throws(Problem) -> T
  ) throws(Problem) -> T {
    let (loop, outcome) = prepare(body)
    join(startThread { loop.turn() })
    return try outcome.get()
  }

  /// The same for callers that are tasks themselves: it suspends the caller instead of blocking
  /// one of the few threads that all tasks share.
  public static func run<T: Sendable, Problem: Error>(
    _ body: @Sendable @escaping (EventLoop) async throws(Problem) -> T
  ) async throws(Problem) -> T {
    let (loop, outcome) = prepare(body)
    await withUnsafeContinuation { continuation in
      detach(
        startThread {
          loop.turn()
          continuation.resume()
        })
    }
    return try outcome.get()
  }

  /// A loop whose first task waits for the thread.
  private static func prepare<T: Sendable, Problem: Error>(
    _ body: @Sendable @escaping (EventLoop) async throws(Problem) -> T
  ) -> (EventLoop, Outcome<T, Problem>) {
    signal(SIGPIPE, SIG_IGN)
    _ = OpenFileLimit.raise(to: .max)
    let loop = EventLoop()
    let outcome = Outcome<T, Problem>()
    Task(executorPreference: loop) {
      do throws(Problem) {
        outcome.result = .success(try await body(loop))
      } catch {
        outcome.result = .failure(error)
      }
      loop.stopping = true
    }
    return (loop, outcome)
  }

  /// What `body` left; written on the loop's thread, read once that thread is done.
  private final class Outcome<T, Problem: Error>: @unchecked Sendable {
    var result: Result<T, Problem>?

    func get() throws(Problem) -> T {
      guard let result else { preconditionFailure("an event loop ended before its first task") }
      return try result.get()
    }
  }
}
