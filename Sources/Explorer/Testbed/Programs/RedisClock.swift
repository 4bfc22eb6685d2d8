// The clock by which a program's Redis ends leases. It stands still as the program's own does, and passes when the
// scheduler lets time pass: so a lease ends by choice alone, however long a schedule takes.

import Drivers
import Harness
import History

/// The wall clock of a private Redis under the shim.
final class RedisClock {
  private let shim: ServerShim
  private var settings = ServerShim.Settings()
  /// What it reads when a schedule begins: every schedule sees the same times. Taken when the first one begins, as
  /// the program's own is, so that both agree on what a date is.
  private lazy var start = Duration.milliseconds(ServerShim.wallClock() / 1_000_000)

  /// nil: the server's clock can't be other than real.
  init?(of server: RedisServer?) {
    guard let shim = server?.shim else { return nil }
    self.shim = shim
  }

  /// A schedule begins.
  func begin() {
    settings.clockStandsAt = start
    settings.clockOffset = .zero
    shim.set(settings)
  }

  /// Time passes.
  func advance(milliseconds: Int) {
    settings.clockOffset += .milliseconds(milliseconds)
    shim.set(settings)
  }

  /// It runs by itself while no schedule is under way.
  func release() { shim.set(ServerShim.Settings()) }
}
