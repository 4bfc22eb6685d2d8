// ^C, SIGTERM and SIGHUP: once ends the run early and still judges what was recorded, twice ends at once.
// The end of the time budget counts as the first.

import Drivers
import Foundation
package import Harness
import History
import Synchronization

package final class Interruption: StopRequest, Sendable {
  package static let shared = Interruption()
  private let requested = Mutex(false)
  private let isWatching = Mutex(false)
  private let losses = Mutex<[LostServer]>([])
  private let isJudging = Mutex(false)

  /// Whether the command is to end: on request, or because a server was lost.
  package var isRequested: Bool { requested.withLock { $0 } || !lost.isEmpty }

  /// Private servers that ended by themselves.
  package var lost: [LostServer] { losses.withLock { $0 } }

  /// Ends the command, as an interruption would, since it has lost servers.
  package func note(_ lost: [LostServer]) {
    losses.withLock { losses in losses += lost.filter { !losses.contains($0) } }
  }

  /// Says that what goes on from now is judging.
  package func judges() { isJudging.withLock { $0 = true } }

  /// Says that calls are made from now.
  package func runs() { isJudging.withLock { $0 = false } }

  /// Starts listening, and ends the command once the time given is over.
  package func watch(endingAfter budget: Duration?) {
    watch()
    guard let budget else { return }
    let seconds = Double(budget.inNanoseconds) / 1e9
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [self] in
      guard !isRequested else { return }
      requested.withLock { $0 = true }
      Terminal.complain("the --budget is used up; ending early")
    }
  }

  /// Starts listening; further calls do nothing.
  package func watch() {
    let isFirst = isWatching.withLock { isWatching in
      defer { isWatching = true }
      return !isWatching
    }
    guard isFirst else { return }
    Interrupts.watch { [self] interrupt in
      switch interrupt {
      case .requested:
        requested.withLock { $0 = true }
        Terminal.complain(
          isJudging.withLock { $0 }
            ? "judging stops here, without a verdict"
            : "ending early; ^C or a further signal quits now, without a verdict")
      case .forced:
        // The watchdog removes servers and directories.
        exit(130)
      }
    }
  }
}
