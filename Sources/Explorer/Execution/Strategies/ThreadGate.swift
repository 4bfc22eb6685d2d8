// Where the commands of an execution are held. No connection of a client sends anything that did not pass
// its thread's gate.

import Drivers
import Harness

/// The gate of one thread's connections to one server.
///
/// `@unchecked Sendable`: used by its execution's tasks alone, on one loop.
final class ThreadGate: CommandGate, @unchecked Sendable {
  private unowned let execution: StrategyExecution
  private let thread: ThreadID
  private let server: ServerName
  private let reader: CommandReader

  init(_ execution: StrategyExecution, thread: ThreadID, server: ServerName) {
    self.execution = execution
    self.thread = thread
    self.server = server
    reader = execution.reader(of: server)
  }

  func admit(_ command: CommandDescription) async -> Passage {
    if let passage = execution.arrive(command, known: reader.read(command), thread, server) {
      return passage
    }
    return await execution.passage(of: thread).take()
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    execution.answer(reply, thread)
  }
}

/// Lets the commands of control connections pass, and notes what they write, so that it is undone.
///
/// `@unchecked Sendable`: used by its execution's tasks alone, on one loop.
final class ObservingGate: CommandGate, @unchecked Sendable {
  private unowned let execution: StrategyExecution

  init(_ execution: StrategyExecution) {
    self.execution = execution
  }

  func admit(_ command: CommandDescription) async -> Passage {
    execution.noteWrites(of: command)
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
