// The passing of time. It stands still while somebody can move, unless an allowance lets it go on: up
// to the next moment that somebody waits for, or up to the end of a lease if that comes first. It
// goes on by itself only where nobody can move.

import Drivers
import Harness

extension Execution {
  /// Whether time may be let pass now.
  func mayPassTime(whereOthersMove: Bool) -> Bool {
    guard whereOthersMove else { return !alarms.isEmpty }
    if endsLease { return true }
    return !alarms.isEmpty && spent.delays < configuration.faultBudget.delays
  }

  /// Whether the next moment is the end of a lease, and it may come. Where somebody waits for an
  /// earlier one, such as a watchdog for its turn to renew, it is not.
  private var endsLease: Bool {
    guard spent.lapses < configuration.faultBudget.lapses, let soonestEnd else { return false }
    return alarms.allSatisfy { $0.moment >= now + Self.nanoseconds(soonestEnd) }
  }

  /// Lets time pass, and with it the leases; whoever waited for a moment up to then goes on.
  func passTime() {
    let canMove = threads.contains { $0.phase == .atGate }
    let moment: Int64
    if canMove, endsLease, let soonestEnd {
      spent.lapses += 1
      // Leases of one moment differ by what the server's clock has run between them.
      moment = now + Self.nanoseconds(soonestEnd) + longest
    } else {
      if canMove { spent.delays += 1 }
      let earliest = alarms.map(\.moment).min() ?? now
      // Leases are read from the server's clock, whose milliseconds go on.
      moment = alarms.map(\.moment).filter { $0 <= earliest + Self.sameMoment }.max() ?? now
    }
    let passed = max(0, moment - now)
    now += passed
    send(.shift(milliseconds: Int(passed / 1_000_000)))
  }

  private static let sameMoment: Int64 = 20_000_000

  private static func nanoseconds(_ milliseconds: Int) -> Int64 {
    Int64(milliseconds) * 1_000_000
  }

  /// The moment for the record: the virtual one, and a nanosecond for each step.
  var stamp: Int64 { now + Int64(schedule.transitions.count) }
}
