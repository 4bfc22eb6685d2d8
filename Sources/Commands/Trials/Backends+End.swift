// Stopping servers on the command line: what goes wrong is reported, and stops nothing else.

import Drivers
import Harness

extension Backends {
  /// Ends the servers; what can't be ended now ends with the process.
  func end() {
    do throws(ServerFailure) {
      try stop()
    } catch {
      Terminal.complain(error.description)
    }
  }
}
