// Threads, where Linux and Darwin spell them differently.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a new thread is to do.
private final class Work {
  let body: @Sendable () -> Void
  init(_ body: @Sendable @escaping () -> Void) { self.body = body }
}

private func runWork(_ pointer: UnsafeMutableRawPointer) {
  Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
}

extension EventLoop {
  /// A number for the calling thread; no two live threads share one, and none is 0.
  static var currentThread: UInt {
    #if canImport(Darwin)
      UInt(bitPattern: pthread_self())
    #else
      UInt(pthread_self())
    #endif
  }

  /// Starts a thread.
  static func startThread(_ body: @Sendable @escaping () -> Void) -> pthread_t {
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let error = pthread_create(
        &thread, nil,
        {
          runWork($0)
          return nil
        }, work)
      guard error == 0, let thread else { preconditionFailure("no thread for an event loop") }
    #else
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { pointer in
          if let pointer { runWork(pointer) }
          return nil
        }, work)
      precondition(error == 0, "no thread for an event loop: \(String(cString: strerror(error)))")
    #endif
    return thread
  }

  /// Waits for a thread's end.
  static func join(_ thread: pthread_t) {
    pthread_join(thread, nil)
  }

  /// Lets a thread end by itself.
  static func detach(_ thread: pthread_t) {
    pthread_detach(thread)
  }
}
