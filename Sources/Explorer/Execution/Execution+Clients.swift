// The clients of a world, and the lines of commands that its scheduler moves.

import Drivers
import Harness

extension Execution {
  /// One client: its present process and call, and its clock.
  final class Client: VirtualTime {
    let number: Int
    fileprivate unowned let execution: Execution
    /// How far the clock of the dead has run on: they wait for nothing, and come to an end.
    private var afterDeath: Int64 = 0
    var process: ScheduledProcess?
    /// How many processes it has had in this schedule.
    var generation = 0
    /// The position of its call among the schedule's.
    var call: Int?
    /// When that began, for the record: until its first command went out it had only been thought of.
    var began: Int64 = 0
    var isDead = false
    var isDone = true
    /// Whether its death only takes a call back that had not begun.
    var beginsAnew = false
    var isConnecting = false
    let start = Rendezvous<Bool>()

    init(number: Int, execution: Execution) {
      self.number = number
      self.execution = execution
    }

    var now: Int64 { isDead ? max(execution.now, afterDeath) : execution.now }

    var stamp: Int64 { isDead ? now : execution.stamp }

    func set(_ alarm: VirtualAlarm) {
      guard isDead, execution.isActive else { return execution.set(alarm) }
      afterDeath = max(now, alarm.moment)
      alarm.ring()
    }

    func clear(_ alarm: VirtualAlarm) { execution.clear(alarm) }

    func beginSchedule() {
      isDead = false
      beginsAnew = false
      afterDeath = 0
    }
  }

  /// A line of commands, one at a time: a client's calls, or what goes on beside them.
  final class Thread {
    enum Phase: Equatable {
      case idle, atGate, underWay, blocked
      /// At its gate with a read of what is not there yet.
      case awaitingData
    }
    var phase = Phase.idle
    /// The command at the gate or under way.
    var command: KnownCommand?
    var description: CommandDescription?
    /// The number of the Redis server that it is for.
    var server = 0
    /// Counts commands sent, and looks at one that is blocked, so that an answer about an earlier
    /// moment is told from one about now.
    var flight = 0
    /// The flight in which the present command was sent; later ones are further looks at it.
    var sent = 0
    /// Keys watched, and what is queued, since MULTI.
    var watched: UInt64 = 0
    var queued = Footprint()
    var queuedKeys: [Int] = []

    var isInDatabase: Bool { command?.role == .database }

    /// Forgets the last schedule, but for the count of flights: an answer about one of them may
    /// still be on its way.
    func begin() {
      phase = .idle
      command = nil
      description = nil
      server = 0
      sent = flight
      leaveTransaction()
    }

    /// MULTI and WATCH are over.
    func leaveTransaction() {
      watched = 0
      queued = Footprint()
      queuedKeys.removeAll(keepingCapacity: true)
    }
  }
}
