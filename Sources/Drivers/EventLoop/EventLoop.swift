// One thread, one poller, every client of a run: the executor on which all client code runs.
// A client is an ordinary task whose executor preference is the loop; its code is straight-line
// `async`, and neither it nor its connections ever leave the thread, so nothing here is locked.
// The loop refuses to be a general runtime: no thread pool, no priorities, no Dispatch. What goes
// to them (`Task.sleep`, a plain `Task {}`, `Task.detached`) leaves the loop.

import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The owner of a watched socket.
protocol Watcher: AnyObject {
  /// The socket is ready; readiness may be spurious, so reads and writes must not block.
  func ready(_ readiness: Readiness)
  /// The loop is ending: close the socket.
  func loopEnds()
}

/// The owner of bytes to send that were held back.
protocol Sender: AnyObject {
  /// All that had arrived is dealt with: send.
  func sendUnsent()
}

/// Acts when all tasks of a loop have come to rest.
public protocol RestObserver: AnyObject {
  /// No task is ready: each waits for a socket, a timer or another task.
  func loopRests()
}

/// An event loop on a thread of its own that runs Swift tasks.
///
/// `@unchecked Sendable`: everything but `inbox`, `identity` and the poller's `wake()` is touched by
/// the loop's thread alone, which `preconditionOnLoop` checks wherever a caller comes in.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var actions: [@Sendable () -> Void] = []
    /// Whether the poller has been woken for what is in here.
    var woken = false
    var ended = false
  }

  /// A watched socket's owner.
  ///
  /// The generation tells it from an earlier owner of the same number, to whom an event of the
  /// batch in hand may still be addressed.
  private struct Slot {
    var watcher: (any Watcher)?
    var generation: UInt32 = 0
  }

  /// One buffer for every read on this loop: what is read is parsed before the next read.
  let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)

  /// Whether commands to Redis leave only when all that had arrived is dealt with, and not each at
  /// once: then a server that had nothing to do is woken once for many of them.
  ///
  /// Good where the loop is busier than its servers (1.1 of the throughput); where a server is the
  /// bottleneck, it has less to do meanwhile (0.93).
  public var gathersSends = false

  /// How often a socket was found ready so far.
  public private(set) var events: UInt64 = 0

  private let poller = Poller()
  private var ring = JobRing()
  private var timers = TimerHeap()
  private var senders: [any Sender] = []
  /// Who asked to be told of the next rest.
  private var observers: [any RestObserver] = []
  /// Who waits until no socket has anything to read.
  private var drainers: [UnsafeContinuation<Void, Never>] = []
  /// Indexed by file descriptor.
  private var slots: [Slot] = []
  var stopping = false
  private let inbox = Mutex(Inbox())
  /// The thread, 0 before it runs.
  private let identity = Atomic<UInt>(0)

  init() {}

  deinit {
    readBuffer.deallocate()
  }

  /// Nanoseconds on CLOCK_MONOTONIC: the one clock of a run.
  public static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

// MARK: - Running

extension EventLoop {
  /// The loop itself, on its thread: run what is ready, then wait for the next socket, timer or
  /// wake-up.
  func turn() {
    identity.store(EventLoop.currentThread, ordering: .relaxed)
    while !stopping || ring.count > 0 {
      drain()
      fireTimers()
      sendGathered()
      // A task that is still ready (drain is bounded) must not wait for a socket.
      let hasWork = ring.count > 0 || !observers.isEmpty || !drainers.isEmpty || stopping
      let count = poller.wait(timeout: hasWork ? 0 : timeToNextTimer())
      events &+= UInt64(count)
      if count == 0, ring.count == 0 { tellDrainers() }
      for index in 0..<count {
        let event = poller.event(index)
        if event.token == Poller.wakeToken {
          emptyInbox()
        } else if let watcher = watcher(of: event.token) {
          watcher.ready(event.ready)
        }
        // After each event rather than after the batch: a client's next command leaves while the
        // rest of the batch is still being read (0.93 of the throughput otherwise).
        drain()
      }
    }
    end()
  }

  /// Runs ready jobs, but not for ever: tasks that only yield to each other must not keep the
  /// sockets and timers waiting.
  private func drain() {
    var budget = 1024
    while budget > 0 {
      while budget > 0, let job = ring.pop() {
        job.runSynchronously(on: asUnownedTaskExecutor())
        budget -= 1
      }
      guard ring.count == 0, !observers.isEmpty else { return }
      let told = observers
      observers.removeAll(keepingCapacity: true)
      for observer in told { observer.loopRests() }
    }
  }

  /// Calls the sender before the loop waits; false: it should send at once.
  func gathers(_ sender: any Sender) -> Bool {
    if gathersSends { senders.append(sender) }
    return gathersSends
  }

  private func sendGathered() {
    for sender in senders { sender.sendUnsent() }
    senders.removeAll(keepingCapacity: true)
  }

  /// Tells an observer, once, as soon as no task is ready.
  public func tellOfRest(_ observer: any RestObserver) { observers.append(observer) }

  /// Returns once a look at all sockets has found nothing, with no task ready before it: all that had been
  /// sent to them by now is dealt with.
  public func drained() async {
    preconditionOnLoop()
    await withUnsafeContinuation { drainers.append($0) }
  }

  private func tellDrainers() {
    let told = drainers
    drainers.removeAll(keepingCapacity: true)
    for drainer in told { drainer.resume() }
  }

  private func fireTimers() {
    guard timers.count > 0 else { return }
    let now = EventLoop.now()
    while let timer = timers.popDue(at: now) {
      timer.fire()
      drain()
    }
  }

  private func timeToNextTimer() -> Int64? {
    timers.nextDue.map { max(0, $0 - EventLoop.now()) }
  }

  private func end() {
    for slot in slots { slot.watcher?.loopEnds() }
    // A socket's end may have resumed a task that awaited it, and another thread may have posted
    // something just before the last look at the inbox.
    repeat {
      emptyInbox()
      tellDrainers()
      drain()
    } while !closeInbox()
  }

  /// Refuses what is posted from now on; false, and nothing done, while there is work left.
  private func closeInbox() -> Bool {
    inbox.withLock { inbox in
      guard ring.count == 0, inbox.jobs.isEmpty, inbox.actions.isEmpty else { return false }
      inbox.ended = true
      return true
    }
  }
}

// MARK: - Executing

extension EventLoop {
  /// Takes a job from the Swift runtime, on any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      ring.push(job)
    } else {
      post { $0.jobs.append(job) }
    }
  }

  /// Runs an action on the loop's thread: at once when called there, soon when called elsewhere.
  func perform(_ action: @Sendable @escaping () -> Void) {
    if isCurrent {
      action()
    } else {
      post { $0.actions.append(action) }
    }
  }

  private func post(_ append: (inout Inbox) -> Void) {
    let mustWake = inbox.withLock { inbox in
      precondition(
        !inbox.ended,
        "a task outlived its event loop: start tasks as children of the loop's first task")
      append(&inbox)
      defer { inbox.woken = true }
      return !inbox.woken
    }
    if mustWake { poller.wake() }
  }

  private func emptyInbox() {
    poller.acknowledgeWake()
    let (jobs, actions) = inbox.withLock { inbox in
      defer { inbox = Inbox() }
      return (inbox.jobs, inbox.actions)
    }
    for job in jobs { ring.push(job) }
    for action in actions { action() }
  }

  /// Whether the caller runs on the loop's thread.
  public var isCurrent: Bool {
    identity.load(ordering: .relaxed) == EventLoop.currentThread
  }

  /// Stops a program that touches a connection from outside the loop: that is a data race.
  func preconditionOnLoop() {
    precondition(
      isCurrent,
      "a connection was used off its event loop: use child tasks, not Task {} or Task.detached")
  }
}

// MARK: - Sockets and timers

extension EventLoop {
  /// Starts watching a socket for its owner, which is kept alive until `unwatch`.
  ///
  /// Returns errno, 0 when done.
  func watch(_ socket: Int32, _ interest: Readiness, by watcher: any Watcher) -> Int32 {
    let index = Int(socket)
    while slots.count <= index { slots.append(Slot()) }
    precondition(slots[index].watcher == nil, "a socket is watched once")
    slots[index].generation &+= 1
    let error = poller.add(socket, interest, token: token(socket))
    if error == 0 { slots[index].watcher = watcher }
    return error
  }

  /// Changes what a watched socket is watched for.
  func rewatch(_ socket: Int32, _ interest: Readiness) {
    poller.change(socket, interest, token: token(socket))
  }

  /// Stops watching.
  ///
  /// Call it before the descriptor is closed.
  func unwatch(_ socket: Int32) {
    guard slots[Int(socket)].watcher != nil else { return }
    poller.remove(socket)
    slots[Int(socket)].watcher = nil
  }

  private func token(_ socket: Int32) -> UInt64 {
    UInt64(slots[Int(socket)].generation) << 32 | UInt64(UInt32(bitPattern: socket))
  }

  private func watcher(of token: UInt64) -> (any Watcher)? {
    let slot = slots[Int(UInt32(truncatingIfNeeded: token))]
    return slot.generation == UInt32(token >> 32) ? slot.watcher : nil
  }

  /// Arms a timer, or moves it.
  func arm(_ timer: Timer, at due: Int64) { timers.arm(timer, at: due) }

  /// Takes a timer back.
  func disarm(_ timer: Timer) { timers.disarm(timer) }
}
