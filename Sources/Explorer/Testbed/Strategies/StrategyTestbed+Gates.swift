// What the gates tell: a command has come, a command is answered.

import Drivers
import Harness

extension StrategyTestbed {
  /// Takes note of a command; nil: it has to wait for its admission.
  func arrive(
    _ command: CommandDescription, known: KnownCommand, _ thread: ThreadID, _ server: ServerName
  ) -> Admission? {
    guard isActive else {
      guard thread.isWorker else { return .proceed }
      written.formUnion(known.written)
      if system.arriveIdle(known, of: thread) { return .proceed }
      commands[thread.number] = command
      progress.notifyAll()
      return nil
    }
    let admission = system.arrive(
      known, of: thread, for: server, inTransaction: command.inTransaction)
    if admission == nil {
      commands[thread.number] = command
      requestDecision()
    }
    return admission
  }

  /// Notes what a command writes that no gate holds.
  func noteWrites(of command: CommandDescription) {
    written.formUnion(reader(of: .redis).read(command))
  }

  /// A command's answer is in, or will not come.
  func answer(_ reply: CommandTrace.Reply, _ thread: ThreadID) {
    guard isActive else { return }
    if let command = system.answer(thread) {
      recorder.note(reply, to: thread)
      if command.publishes { flushMessages() }
      if command.kind == .database { progress.notifyAll() }
    }
    requestDecision()
  }

  /// What was published has been sent to those who listen; waits until it is here.
  private func flushMessages() {
    for client in clients {
      guard let process = client.process, process.isListening else { continue }
      system.messageSent()
      process.flush { [self] in
        system.messageArrived()
        requestDecision()
      }
    }
  }
}
