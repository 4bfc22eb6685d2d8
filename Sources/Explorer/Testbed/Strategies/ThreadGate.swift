// Where the commands of a testbed are held. No connection of a client sends anything that did not pass
// its thread's gate.

import Drivers
import Harness

/// The gate of one thread's connections to one server.
///
/// `@unchecked Sendable`: used by its testbed's tasks alone, on one loop.
final class ThreadGate: CommandGate, @unchecked Sendable {
  private unowned let testbed: StrategyTestbed
  private let thread: ThreadID
  private let server: ServerName
  private let reader: CommandReader

  init(_ testbed: StrategyTestbed, thread: ThreadID, server: ServerName) {
    self.testbed = testbed
    self.thread = thread
    self.server = server
    reader = testbed.reader(of: server)
  }

  func admit(_ command: CommandDescription) async -> Admission {
    if let admission = testbed.arrive(command, known: reader.read(command), thread, server) {
      return admission
    }
    return await testbed.admission(of: thread).take()
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    testbed.answer(reply, thread)
  }
}

/// Lets the commands of control connections pass, and notes what they write, so that it is undone.
///
/// `@unchecked Sendable`: used by its testbed's tasks alone, on one loop.
final class ObservingGate: CommandGate, @unchecked Sendable {
  private unowned let testbed: StrategyTestbed

  init(_ testbed: StrategyTestbed) {
    self.testbed = testbed
  }

  func admit(_ command: CommandDescription) async -> Admission {
    testbed.noteWrites(of: command)
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {}
}
