// How one task of a loop waits for another, or for time to pass: the only two ways client code may
// wait that are not a command. Everything here stays on the loop's thread, so between a look at a
// condition and the wait for it nobody else can run, and no wake-up is lost.

/// Why a wait ended.
public enum Wake: Sendable {
  /// Another task said so.
  case notified
  /// The deadline passed.
  case deadline
  /// The waiting task was cancelled.
  case cancelled
}

/// One task's wait.
///
/// `@unchecked Sendable` because a cancellation handler carries it to the loop, where alone it is
/// touched.
private final class Wait: Timer, @unchecked Sendable {
  private unowned let loop: EventLoop
  private var continuation: UnsafeContinuation<Void, Never>?
  private(set) var wake: Wake?
  /// Called with the wait when it ended by itself, so that a signal can forget it.
  private let forget: ((Wait) -> Void)?

  // The signal's list of waits, oldest first.
  var next: Wait?
  unowned(unsafe) var previous: Wait?

  init(on loop: EventLoop, forget: ((Wait) -> Void)? = nil) {
    self.loop = loop
    self.forget = forget
  }

  override func fire() {
    forget?(self)
    end(.deadline)
  }

  func cancel() {
    guard wake == nil else { return }
    forget?(self)
    end(.cancelled)
  }

  func end(_ wake: Wake) {
    guard self.wake == nil else { return }
    self.wake = wake
    loop.disarm(self)
    continuation?.resume()
    continuation = nil
  }

  /// Suspends the task until `end`.
  func wait(until deadline: Int64?) async -> Wake {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        // Cancelled before it began: the handler has already run.
        guard wake == nil else { return continuation.resume() }
        self.continuation = continuation
        if let deadline { loop.arm(self, at: deadline) }
      }
    } onCancel: {
      loop.perform { self.cancel() }
    }
    return wake ?? .cancelled
  }
}

/// A place where tasks of one loop wait for others to say that something has changed.
///
/// It remembers nothing: a notification that finds nobody waiting is lost, as with a condition
/// variable, so look at the condition first and again after waking; `wait(until:for:)` does.
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class Signal: @unchecked Sendable {
  private let loop: EventLoop
  private var first: Wait?
  private unowned(unsafe) var last: Wait?

  /// A signal among tasks of `loop`.
  public init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Waits to be notified, at most until `deadline` (ns of `EventLoop.now()`; nil: no limit).
  public func wait(until deadline: Int64? = nil) async -> Wake {
    loop.preconditionOnLoop()
    let wait = Wait(on: loop) { [self] in remove($0) }
    append(wait)
    return await wait.wait(until: deadline)
  }

  /// Waits until `condition` holds, looking now and after each notification.
  ///
  /// `.notified` means that it holds.
  public func wait(until deadline: Int64? = nil, for condition: () -> Bool) async -> Wake {
    while !condition() {
      let wake = await wait(until: deadline)
      // Whatever ended the wait, what counts is how things stand now.
      if wake != .notified { return condition() ? .notified : wake }
    }
    return .notified
  }

  /// Wakes the task that has waited longest; false when nobody waits.
  @discardableResult
  public func notifyOne() -> Bool {
    loop.preconditionOnLoop()
    guard let wait = first else { return false }
    remove(wait)
    wait.end(.notified)
    return true
  }

  /// Wakes all that wait now.
  public func notifyAll() {
    while notifyOne() {}
  }

  private func append(_ wait: Wait) {
    wait.previous = last
    if let last { last.next = wait } else { first = wait }
    last = wait
  }

  private func remove(_ wait: Wait) {
    guard wait.previous != nil || first === wait else { return }
    let next = wait.next
    if let previous = wait.previous { previous.next = next } else { first = next }
    if let next { next.previous = wait.previous } else { last = wait.previous }
    wait.next = nil
    wait.previous = nil
  }
}

extension EventLoop {
  /// Sleeps until a moment of `now()`.
  ///
  /// Returns true then, false at once when the task is or becomes cancelled. Late by some 50 µs,
  /// never early.
  @discardableResult
  public func sleep(until moment: Int64) async -> Bool {
    preconditionOnLoop()
    return await Wait(on: self).wait(until: moment) == .deadline
  }

  /// Sleeps this long, like `sleep(until:)`.
  @discardableResult
  public func sleep(for length: Duration) async -> Bool {
    await sleep(until: EventLoop.now() + length.ns)
  }
}
