// ^C, SIGTERM and SIGHUP: once ends the run early and still judges what was recorded, twice ends at once.

import Drivers
import Foundation
import Harness
import Synchronization

final class Interruption: StopRequest, Sendable {
  static let shared = Interruption()
  private let requested = Mutex(false)
  private let isWatching = Mutex(false)

  var isRequested: Bool { requested.withLock { $0 } }

  /// Starts listening; further calls do nothing.
  func watch() {
    let isFirst = isWatching.withLock { isWatching in
      defer { isWatching = true }
      return !isWatching
    }
    guard isFirst else { return }
    Interrupts.watch { [self] interrupt in
      switch interrupt {
      case .requested:
        requested.withLock { $0 = true }
        Terminal.complain("ending the run early; once more ends it at once, without a verdict")
      case .forced:
        // The watchdog removes servers and directories.
        exit(130)
      }
    }
  }
}
