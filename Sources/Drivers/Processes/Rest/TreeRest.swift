// What a look at processes finds: somebody is at work, or all slept at one moment, and what each thread
// waits for.

/// What `ProcessTrees.look` finds.
public enum TreeRest: Sendable, Hashable {
  /// A thread runs, or something changed between the two collects.
  case busy(BusyThread)
  /// Every thread of every tree slept at one moment; what each waits for. Threads that have ended aren't
  /// there.
  case asleep([ThreadWait])
}

/// A thread that sleeps.
public struct ThreadWait: Sendable, Hashable {
  public var process: Int32
  public var thread: Int32
  /// The watched process below which it is.
  public var root: Int32
  public var call: SystemCall
  /// The descriptor that it waits on, where its call has one: of poll, if that is asked about one alone.
  public var descriptor: Int32?
  public var end: End
  /// Whether SIGSTOP or a tracer has stopped it. Then `end` is that of the call it was stopped in, which
  /// goes on when it may.
  public var isStopped = false
  /// Whether it waited like this while nothing was asked of its program, see
  /// `ProcessTrees.learnBackground`.
  public var isBackground = false
  /// How often the thread has come onto a processor: as long as this stays the same, it is the same sleep.
  public var switches: UInt64

  /// Until when a thread waits if nobody wakes it.
  public enum End: Sendable, Hashable {
    case forever
    /// A moment in ns on CLOCK_MONOTONIC, which `EventLoop.now` tells. A call that was given a length instead
    /// (`given`) ends no later: the length is counted from when the thread was first seen in this sleep, not
    /// from when it fell asleep, which Linux doesn't tell.
    case until(Int64, given: Duration?)
  }

  /// The moment at which it wakes by itself, in ns on the clock of `EventLoop.now`; nil: never.
  public var due: Int64? {
    if case .until(let moment, _) = end { moment } else { nil }
  }

  /// Whether its program naps: it wakes by itself, and not as it does while nothing is asked of it.
  public var isNap: Bool { due != nil && !isBackground && !isStopped }
}

/// A thread that doesn't rest, and why it is thought so.
public struct BusyThread: Sendable, Hashable {
  public var process: Int32
  public var thread: Int32
  public var reason: Reason
  /// The call it was last seen in, where that is known.
  public var call: SystemCall?
  /// The descriptor that the call is about, where it has one.
  public var descriptor: Int32?

  public enum Reason: Sendable, Hashable {
    case runs
    /// Waits for a disk, or inside the kernel for what doesn't last.
    case disk
    /// It has started, ended or run between the two collects.
    case changed
    /// It sleeps in a call that doesn't tell when it ends: io_uring_enter, or a file's read from a network.
    case unknownWait
    /// Linux doesn't let us look: the error number.
    case unreadable(Int32)
  }
}

extension BusyThread: CustomStringConvertible {
  /// A clause such as `thread 12 of process 10 waits for a disk in fsync (descriptor 7)`.
  public var description: String {
    "thread \(thread) of process \(process) \(state)"
  }

  var state: String {
    let call = call.map { " in \($0)" } ?? ""
    let place = call + (descriptor.map { " (descriptor \($0))" } ?? "")
    return switch reason {
    case .runs: "runs"
    case .disk: "waits for a disk or inside the kernel\(place)"
    case .changed: "starts, ends or moves all the time"
    case .unknownWait: "sleeps\(place), which doesn't tell when it ends"
    case .unreadable(let error): "may not be looked at: \(System.text(errno: error))"
    }
  }
}
