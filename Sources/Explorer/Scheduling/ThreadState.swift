// Where one thread of a testbed stands.

import Harness

/// A thread's present command, and what has become of it.
struct ThreadState {
  enum Phase: Equatable {
    case idle
    /// Its command waits to be chosen.
    case atGate
    /// At its gate with a read of what is not there yet.
    case awaitingData
    /// Its command has been sent.
    case underWay
    /// Its command has been sent, and the server said that it waits for a lock.
    case blocked
  }

  var phase = Phase.idle
  /// The command at the gate or under way.
  var command: KnownCommand?
  /// The server that it is for.
  var server = ServerName.redis
  /// Counts commands sent, and looks at one that is blocked, so that an answer about an earlier moment
  /// is told from one about now.
  private(set) var flight = 0
  /// The flight in which the present command was sent; later ones are further looks at it.
  private var sent = 0
  private var transaction = QueuedTransaction()

  var isInDatabase: Bool { command?.kind == .database }

  /// Whether the present command was seen blocked before.
  var wasBlocked: Bool { flight > sent }

  /// Whether it waits at its gate for being chosen, or for data.
  var isHeld: Bool { phase == .atGate || phase == .awaitingData }

  /// A command has come to the gate.
  mutating func arrive(_ command: KnownCommand, for server: ServerName, inTransaction: Bool) {
    assert(phase == .idle, "a thread has one command at a time")
    self.command =
      command.kind == .database
      ? command : transaction.following(command, inTransaction: inTransaction)
    self.server = server
    phase = command.awaits == nil ? .atGate : .awaitingData
  }

  /// The command goes out.
  mutating func send() {
    assert(isHeld, "what is sent was at its gate")
    phase = .underWay
    flight += 1
    sent = flight
  }

  /// The command will not be sent.
  mutating func drop() {
    phase = .idle
    flight += 1
    sent = flight
  }

  /// The command may be blocked no more; only a look from now on can tell.
  mutating func lookAgain() {
    assert(phase == .blocked)
    phase = .underWay
    flight += 1
  }

  /// Forgets the last schedule, but for the count of flights: an answer about one of them may still be
  /// on its way.
  mutating func reset() {
    phase = .idle
    command = nil
    server = .redis
    sent = flight
    transaction = QueuedTransaction()
  }
}

/// Between MULTI and EXEC commands only queue; EXEC does what they do, if no watched key changed (Redis
/// manual, "Transactions").
private struct QueuedTransaction {
  private var watched: UInt64 = 0
  private var queued = Footprint()
  private var written: [KeyID] = []

  /// What a command does when it is sent.
  mutating func following(_ command: KnownCommand, inTransaction: Bool) -> KnownCommand {
    var known = command
    switch command.kind {
    case .watch: watched |= command.footprint.reads
    case .exec:
      known.footprint = queued
      known.footprint.reads |= watched
      known.written = written
      self = QueuedTransaction()
    case .discard: self = QueuedTransaction()
    case .plain where inTransaction:
      queued.formUnion(command.footprint)
      written += command.written
      known.footprint = Footprint()
      known.written = []
      known.publishes = false
    case .plain, .multi, .database, .turn: break
    }
    return known
  }
}
