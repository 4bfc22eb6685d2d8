// ^C, SIGTERM and SIGHUP as values, so that a run can end in order: heal, read, write the verdict.
// A signal handler may call next to nothing (signal-safety(7)): ours writes one byte to a pipe.

internal import CSystem
internal import Dispatch
internal import Glibc
internal import Synchronization

/// What the user at the terminal wants.
public enum Interrupt: Sendable, Hashable {
  /// The first ^C, SIGTERM or SIGHUP: end, in order.
  case requested
  /// A further one: end now.
  case forced
}

/// Delivery of interrupts.
public enum Interrupts {
  /// From now on ^C, SIGTERM and SIGHUP do not end the process but call `handler`, on a thread of its own:
  /// the first with `.requested`, every further one with `.forced`.
  ///
  /// To be called once, early. A SIGHUP that our parent ignored (nohup) stays ignored.
  public static func watch(_ handler: @escaping @Sendable (Interrupt) -> Void) {
    var ends: [Int32] = [-1, -1]
    precondition(pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0, "no descriptor left for signals")
    let readEnd = ends[0]
    let previous = writeEnd.exchange(ends[1], ordering: .sequentiallyConsistent)
    precondition(previous == -1, "interrupts are watched already")
    let source = DispatchSource.makeReadSource(
      fileDescriptor: readEnd, queue: DispatchQueue(label: "interrupts"))
    let count = Mutex(0)
    source.setEventHandler {
      var byte: UInt8 = 0
      while read(readEnd, &byte, 1) == 1 {
        let isFirst = count.withLock { count in
          count += 1
          return count == 1
        }
        handler(isFirst ? .requested : .forced)
      }
    }
    source.activate()
    // The source lives as long as the process.
    _ = Unmanaged.passRetained(source as AnyObject)
    let numbers = [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP])
    for number in numbers { install(number) }
    unblock(numbers)
  }

  /// A write to a connection whose other end is gone becomes an error of that write (EPIPE) instead
  /// of the end of the process.
  public static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Our parent may have blocked signals for good: masks are inherited (signal(7)).
  private static func unblock(_ numbers: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func install(_ number: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      let saved = errno
      var byte: UInt8 = 1
      // A full pipe is fine: it holds thousands of interrupts that nobody has looked at.
      _ = write(writeEnd.load(ordering: .relaxed), &byte, 1)
      errno = saved
    }
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
  }
}

/// Where the handler writes; -1 before `watch`. Set before a handler is installed, so that the
/// handler never is the first to touch it.
private let writeEnd = Atomic<Int32>(-1)
