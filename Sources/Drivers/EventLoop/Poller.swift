// The one place that knows how this system waits for sockets: epoll on Linux, kqueue on Darwin.
// It reports only readiness; EventLoop decides who is notified, and in which order.

import CSystem

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a socket is watched for, and what it turned out to be ready for.
struct Readiness: OptionSet {
  let rawValue: UInt8
  static let read = Readiness(rawValue: 1)
  static let write = Readiness(rawValue: 2)
}

#if os(Linux)
  /// Level-triggered epoll, nanosecond time-outs, and an eventfd for wake-ups by other threads.
  final class Poller {
    /// The token under which wake-ups arrive; no socket has it.
    static let wakeToken = UInt64.max

    private let epoll: Int32
    private let wakeup: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>
    /// Kernels before 5.11 lack epoll_pwait2; the first ENOSYS settles it for good.
    private var hasNanoseconds = true

    init() {
      epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
      wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
      precondition(
        epoll >= 0 && wakeup >= 0,
        "no file descriptor left for an event loop: raise the open-files limit (ulimit -n)")
      events = .allocate(capacity: 512)
      _ = add(wakeup, .read, token: Poller.wakeToken)
    }

    deinit {
      events.deallocate()
      close(wakeup)
      close(epoll)
    }

    /// Starts watching; returns errno, 0 when done.
    func add(_ socket: Int32, _ interest: Readiness, token: UInt64) -> Int32 {
      control(EPOLL_CTL_ADD, socket, interest, token)
    }

    /// Changes what a watched socket is watched for.
    func change(_ socket: Int32, _ interest: Readiness, token: UInt64) {
      _ = control(EPOLL_CTL_MOD, socket, interest, token)
    }

    /// Stops watching.
    ///
    /// Call it before the descriptor is closed.
    func remove(_ socket: Int32) {
      _ = control(EPOLL_CTL_DEL, socket, [], 0)
    }

    private func control(
      _ operation: Int32, _ socket: Int32, _ interest: Readiness, _ token: UInt64
    ) -> Int32 {
      var event = epoll_event()
      if interest.contains(.read) { event.events |= EPOLLIN.rawValue }
      if interest.contains(.write) { event.events |= EPOLLOUT.rawValue }
      event.data.u64 = token
      return epoll_ctl(epoll, operation, socket, &event) == 0 ? 0 : errno
    }

    /// Waits until a socket is ready, `wake()` was called or `timeout` nanoseconds passed (nil: for
    /// ever; 0: not at all).
    ///
    /// Returns how many events `event(_:)` can now tell.
    func wait(timeout: Int64?) -> Int {
      let capacity = Int32(events.count)
      var count: Int32
      if hasNanoseconds {
        count = Poller.withTimespec(timeout) {
          epoll_pwait2(epoll, events.baseAddress, capacity, $0, nil)
        }
        if count < 0 && errno == ENOSYS { hasNanoseconds = false }
      } else {
        // Rounded up: a timer that fires early would break its promise.
        let milliseconds = timeout.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
        count = epoll_wait(epoll, events.baseAddress, capacity, milliseconds)
      }
      // EINTR and the one ENOSYS: the loop simply comes round again.
      return Int(max(0, count))
    }

    private static func withTimespec<Result>(
      _ timeout: Int64?, _ body: (UnsafePointer<timespec>?) -> Result
    ) -> Result {
      guard let timeout else { return body(nil) }
      var time = timespec(
        tv_sec: Int(timeout / 1_000_000_000), tv_nsec: Int(timeout % 1_000_000_000))
      return withUnsafePointer(to: &time) { body($0) }
    }

    /// One event of the last `wait`.
    ///
    /// An error or a hang-up counts as both kinds of readiness, because the next read or write is
    /// what tells it.
    func event(_ index: Int) -> (token: UInt64, ready: Readiness) {
      let event = events[index]
      let raised = event.events
      var ready: Readiness = []
      let broken = raised & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
      if broken || raised & EPOLLIN.rawValue != 0 { ready.insert(.read) }
      if broken || raised & EPOLLOUT.rawValue != 0 { ready.insert(.write) }
      return (event.data.u64, ready)
    }

    /// Ends a `wait`, from any thread.
    func wake() {
      var one: UInt64 = 1
      _ = write(wakeup, &one, 8)
    }

    /// Takes note of wake-ups so far.
    func acknowledgeWake() {
      var count: UInt64 = 0
      _ = read(wakeup, &count, 8)
    }
  }
#else
  /// Level-triggered kqueue with a user event for wake-ups by other threads.
  final class Poller {
    /// The token under which wake-ups arrive; no socket has it.
    static let wakeToken = UInt64.max

    private let queue: Int32
    private let events: UnsafeMutableBufferPointer<Darwin.kevent>

    init() {
      queue = kqueue()
      precondition(
        queue >= 0,
        "no file descriptor left for an event loop: raise the open-files limit (ulimit -n)")
      events = .allocate(capacity: 512)
      _ = submit(0, Int16(EVFILT_USER), UInt16(EV_ADD | EV_CLEAR), token: Poller.wakeToken)
    }

    deinit {
      events.deallocate()
      close(queue)
    }

    /// Starts watching; returns errno, 0 when done.
    func add(_ socket: Int32, _ interest: Readiness, token: UInt64) -> Int32 {
      for (kind, filter) in Poller.filters where interest.contains(kind) {
        let error = submit(UInt(socket), filter, UInt16(EV_ADD), token: token)
        if error != 0 { return error }
      }
      return 0
    }

    /// Changes what a watched socket is watched for.
    func change(_ socket: Int32, _ interest: Readiness, token: UInt64) {
      for (kind, filter) in Poller.filters {
        let action = interest.contains(kind) ? EV_ADD : EV_DELETE
        _ = submit(UInt(socket), filter, UInt16(action), token: token)
      }
    }

    /// Stops watching.
    ///
    /// Call it before the descriptor is closed.
    func remove(_ socket: Int32) {
      change(socket, [], token: 0)
    }

    private static let filters: [(Readiness, Int16)] = [
      (.read, Int16(EVFILT_READ)), (.write, Int16(EVFILT_WRITE)),
    ]

    private func submit(
      _ identifier: UInt, _ filter: Int16, _ flags: UInt16, note: UInt32 = 0, token: UInt64
    ) -> Int32 {
      var change = Darwin.kevent(
        ident: identifier, filter: filter, flags: flags, fflags: note, data: 0,
        udata: UnsafeMutableRawPointer(bitPattern: UInt(token)))
      return Darwin.kevent(queue, &change, 1, nil, 0, nil) == 0 ? 0 : errno
    }

    /// Waits until a socket is ready, `wake()` was called or `timeout` nanoseconds passed (nil: for
    /// ever; 0: not at all).
    ///
    /// Returns how many events `event(_:)` can now tell.
    func wait(timeout: Int64?) -> Int {
      let capacity = Int32(events.count)
      guard let timeout else {
        return Int(max(0, Darwin.kevent(queue, nil, 0, events.baseAddress, capacity, nil)))
      }
      var time = timespec(
        tv_sec: Int(timeout / 1_000_000_000), tv_nsec: Int(timeout % 1_000_000_000))
      return Int(max(0, Darwin.kevent(queue, nil, 0, events.baseAddress, capacity, &time)))
    }

    /// One event of the last `wait`.
    ///
    /// A hang-up counts as both kinds of readiness, because the next read or write is what tells
    /// it.
    func event(_ index: Int) -> (token: UInt64, ready: Readiness) {
      let event = events[index]
      let broken = Int32(event.flags) & (EV_EOF | EV_ERROR) != 0
      let ready: Readiness =
        broken ? [.read, .write] : Int32(event.filter) == EVFILT_READ ? .read : .write
      return (UInt64(UInt(bitPattern: event.udata)), ready)
    }

    /// Ends a `wait`, from any thread.
    func wake() {
      _ = submit(0, Int16(EVFILT_USER), 0, note: UInt32(NOTE_TRIGGER), token: Poller.wakeToken)
    }

    /// Takes note of wake-ups so far; EV_CLEAR has done it.
    func acknowledgeWake() {}
  }
#endif
