// Work that blocks, such as starting a server, done on a thread of its own while the loop goes on.

extension EventLoop {
  /// Runs `work` on another thread and suspends the caller until it is done.
  public func runBlocking<T: Sendable, Problem: Error>(
    _ work: @escaping @Sendable () throws(Problem) -> T
  ) async throws(Problem) -> T {
    preconditionOnLoop()
    let result: Result<T, Problem> = await withUnsafeContinuation { continuation in
      EventLoop.detach(
        EventLoop.startThread {
          continuation.resume(returning: Result { () throws(Problem) in try work() })
        })
    }
    return try result.get()
  }
}
