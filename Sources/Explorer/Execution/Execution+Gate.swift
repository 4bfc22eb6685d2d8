// What the clients' connections and waits tell their world: a command has arrived at the gate, a
// command is answered, somebody waits for time to pass.

import Drivers
import Harness

/// The gate of one thread's connections to one server.
///
/// `@unchecked Sendable`: used by its world's tasks alone, on one loop.
final class ThreadGate: CommandGate, @unchecked Sendable {
  private unowned let execution: Execution
  private let thread: Int
  private let server: Int

  init(_ execution: Execution, thread: UInt8, server: Int) {
    self.execution = execution
    self.thread = Int(thread)
    self.server = server
  }

  func admit(_ command: CommandDescription) async -> Passage {
    if let passage = execution.arrive(command, thread, server) { return passage }
    return await execution.passages[thread].take()
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    execution.finish(reply, thread)
  }
}

/// Lets the commands of side connections pass, and notes what they write, so that it is undone.
///
/// `@unchecked Sendable`: used by its world's tasks alone, on one loop.
final class NotingGate: CommandGate, @unchecked Sendable {
  private unowned let execution: Execution

  init(_ execution: Execution) {
    self.execution = execution
  }

  func admit(_ command: CommandDescription) async -> Passage {
    let known = execution.reader.read(command, server: 0)
    execution.written.formUnion(known.written)
    if known.role == .database, known.touch.writes != 0 { execution.wroteDatabase = true }
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}

extension Execution {
  /// Takes note of a command; nil: it has to wait for its passage.
  func arrive(_ command: CommandDescription, _ thread: Int, _ server: Int) -> Passage? {
    guard isActive else {
      return isWorker(thread) && !passesIdle(command, thread, server) ? nil : .proceed
    }
    if !isWorker(thread), clients[thread / 2].isDead { return .crash }
    var known = reader.read(command, server: server)
    if known.isTransparent {
      transparent += 1
      return .proceed
    }
    if known.role != .database { follow(command, &known, thread) }
    threads[thread].command = known
    threads[thread].description = command
    threads[thread].server = server
    // Until something is written to what it waits for, it has just been looked for in vain, or not
    // yet: then it counts as written.
    threads[thread].phase = known.awaits == nil ? .atGate : .awaitingData
    if known.awaits != nil { dirtyKeys |= known.touch.writes }
    requestDecision()
    return nil
  }

  /// Between MULTI and EXEC commands only queue; EXEC does what they do, if no watched key changed.
  private func follow(
    _ command: CommandDescription, _ known: inout KnownCommand, _ thread: Int
  ) {
    switch known.role {
    case .watch: threads[thread].watched |= known.touch.reads
    case .exec:
      known.touch = threads[thread].queued
      known.touch.reads |= threads[thread].watched
      known.written = threads[thread].queuedKeys
    case .plain where command.inTransaction:
      threads[thread].queued.reads |= known.touch.reads
      threads[thread].queued.writes |= known.touch.writes
      threads[thread].queuedKeys += known.written
      known.touch = Footprint()
      known.written = []
      known.publishes = false
    case .plain, .multi, .discard, .database, .turn: break
    }
    if known.role == .exec || known.role == .discard {
      threads[thread].leaveTransaction()
    }
  }

  /// Lets a command through, or not.
  func release(_ thread: Int, _ passage: Passage) {
    let isSent =
      switch passage {
      case .proceed, .loseReply: true
      case .crash, .disconnect: false
      }
    threads[thread].phase = isSent ? .underWay : .idle
    threads[thread].flight += 1
    threads[thread].sent = threads[thread].flight
    if isSent, let command = threads[thread].command {
      written.formUnion(command.written)
      dirtyKeys |= command.touch.writes
      if command.role == .database, command.touch.writes != 0 { wroteDatabase = true }
    }
    passages[thread].give(passage)
  }

  /// A command's answer is in, or will not come.
  func finish(_ reply: CommandTrace.Reply, _ thread: Int) {
    guard isActive else { return }
    switch threads[thread].phase {
    case .idle, .atGate, .awaitingData: transparent -= 1
    case .underWay, .blocked:
      let known = threads[thread].command
      threads[thread].phase = .idle
      record(reply, of: thread)
      if known?.publishes == true { flushMessages() }
      if known?.role == .database {
        // Whoever waited for this one may be free now; only a look from now on can tell.
        for other in threads.indices where threads[other].phase == .blocked {
          threads[other].phase = .underWay
          threads[other].flight += 1
        }
        lookSignal.notifyAll()
      }
    }
    requestDecision()
  }

  /// What was published has been sent to those who listen; waits until it is here.
  private func flushMessages() {
    for client in clients {
      guard let process = client.process, process.isListening else { continue }
      flushes += 1
      process.flush { [self] in
        flushes -= 1
        requestDecision()
      }
    }
  }

  /// Looks again as soon as everybody has come to rest.
  func requestDecision() {
    guard !isDecisionRequested else { return }
    isDecisionRequested = true
    loop.tellOfRest(self)
  }

  // MARK: Virtual time

  func set(_ alarm: VirtualAlarm) {
    // Before and after a schedule, such as in the observer's reads, nobody moves the clock.
    guard isActive else { return alarm.ring() }
    alarms.append(alarm)
    requestDecision()
  }

  func clear(_ alarm: VirtualAlarm) {
    alarms.removeAll { $0 === alarm }
    requestDecision()
  }
}
