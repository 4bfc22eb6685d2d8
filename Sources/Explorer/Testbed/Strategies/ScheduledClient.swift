// One client of a testbed: its present process and call, and its clock.

import Drivers
import Harness

/// A client under a scheduler. A process whose call came to an uncertain end is replaced.
///
/// Confined to its testbed's loop.
final class ScheduledClient: VirtualTime {
  let number: Int
  private unowned let testbed: StrategyTestbed
  /// The clock of a dead client: it runs on at once to whatever the client waits for, so that its call ends.
  private var afterDeath: Int64 = 0
  var process: ScheduledProcess?
  /// How many processes it has had in this schedule.
  var generation = 0
  /// The position of its call among the schedule's.
  var call: Int?
  /// When that began, for the record: until its first command went out it had only been thought of.
  var began: Int64 = 0
  /// Whether its death only takes back a call that had not begun.
  var beginsAnew = false
  var isConnecting = false
  /// Told to make its calls, or to end.
  let start = Rendezvous<Bool>()

  init(number: Int, in testbed: StrategyTestbed) {
    self.number = number
    self.testbed = testbed
  }

  var isDead: Bool { testbed.system.clients[number].isDead }

  var now: Int64 { isDead ? max(testbed.now, afterDeath) : testbed.now }

  var stamp: Int64 { isDead ? now : testbed.stamp }

  func set(_ timer: VirtualTimer) {
    guard isDead, testbed.isActive else { return testbed.set(timer) }
    afterDeath = max(now, timer.moment)
    timer.fire()
  }

  func clear(_ timer: VirtualTimer) { testbed.clear(timer) }

  /// A new process takes its place.
  func revive() {
    beginsAnew = false
    afterDeath = 0
  }
}
