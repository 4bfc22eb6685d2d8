// Time for clients whose steps a scheduler decides: it stands still until the scheduler moves it.
// Nothing here waits or decides; without a scheduler a session uses the loop's clock.

import Drivers

/// A clock that a scheduler moves.
///
/// Confined to the loop's thread, like the sessions that use it.
package protocol VirtualTime: AnyObject {
  /// The moment, in ns.
  var now: Int64 { get }

  /// The moment for a record, in ns: `now` and a bit, so that what comes later is later there too.
  var stamp: Int64 { get }

  /// A task begins to wait for the timer's moment, or for something else if that comes first.
  func set(_ timer: VirtualTimer)

  /// The wait is over.
  func clear(_ timer: VirtualTimer)
}

extension VirtualTime {
  package var stamp: Int64 { now }
}

/// One wait for a moment of virtual time.
package final class VirtualTimer {
  /// When it fires, in ns on the scheduler's clock.
  package let moment: Int64
  /// The process that waits.
  package let process: Int
  /// Whether the moment has come.
  package private(set) var hasFired = false
  private let wake: () -> Void

  init(at moment: Int64, process: Int, wake: @escaping () -> Void) {
    self.moment = moment
    self.process = process
    self.wake = wake
  }

  /// Says that the moment has come.
  package func fire() {
    guard !hasFired else { return }
    hasFired = true
    wake()
  }
}

extension Session {
  /// The present moment, in ns on the session's clock.
  package var now: Int64 { time?.now ?? EventLoop.now() }

  /// The present moment for the record, in ns.
  var stamp: Int64 { time?.stamp ?? EventLoop.now() }

  /// When a command has to be answered, on the loop's clock. A scheduler's moments are on another clock,
  /// and it sees for itself that a command is blocked.
  func commandDeadline(_ moment: Int64) -> Int64 {
    time == nil ? moment : EventLoop.now() + Self.longestScheduledCommand
  }

  private static var longestScheduledCommand: Int64 { 60_000_000_000 }

  /// Waits for a moment: the one place where a strategy waits for time to pass.
  package func pause(until moment: Int64) async {
    guard time != nil else {
      await loop.sleep(until: moment)
      return
    }
    let over = Signal(on: loop)
    await wait(until: moment, wake: over.notifyAll) { (timer) async in
      _ = await over.wait { timer.hasFired }
    }
  }

  /// Lets `body` wait on a scheduler's clock; `wake` ends the wait when the moment has come.
  func wait<Result, Problem: Error>(
    until moment: Int64, wake: @escaping () -> Void,
    _ body: (VirtualTimer) async throws(Problem) -> Result
  ) async throws(Problem) -> Result {
    let timer = VirtualTimer(at: moment, process: process, wake: wake)
    if moment <= now { timer.fire() } else { time?.set(timer) }
    defer { time?.clear(timer) }
    return try await body(timer)
  }
}
