// What the state of a schedule is made of, beside its threads.

import Harness

extension TransitionSystem {
  /// What may happen in a schedule.
  struct Bounds {
    var clients: Int
    var workers = 0
    /// How many threads a client has, and whether all of them make its calls: a program's do.
    var threadsOfClient = 2
    var allMakeCalls = false
    /// How much may go wrong.
    var faults = FaultBudget()
    /// How long leases last; nil: as each lock has it.
    var lease: Duration?
    /// Whether calls may be answered from memory, without a command.
    var answersFromMemory = false
    /// Whether there is a server that gives leases.
    var hasLeases = true
    /// Whether the clocks by which leases end stand still too, however long a schedule takes.
    var serversStandStill = false
    /// The servers that can be killed and started again.
    var restartable: [ServerName] = []
    /// The name of the only database.
    var database = ServerName.postgres
    /// Steps of one schedule at most.
    var steps = Schedule.mostSteps
  }

  /// A client's present call.
  enum CallPhase: Equatable {
    case none
    /// Made, but none of its commands was sent: it has only been thought of.
    case intended
    case begun
  }

  /// Where one client stands.
  struct ClientState {
    var call = CallPhase.none
    var isDead = false
    /// Whether all its calls are over.
    var isDone = true
  }

  /// The lease of one key.
  struct Lease {
    var key: KeyID
    var server: ServerName
    /// What is left of it, in ms.
    var left: Int
  }

  /// Somebody's wait for a moment.
  struct Timer {
    var number: Int
    /// In ns.
    var moment: Int64
    /// The client that waits; nil: a worker or the observer.
    var client: Int?
  }
}
