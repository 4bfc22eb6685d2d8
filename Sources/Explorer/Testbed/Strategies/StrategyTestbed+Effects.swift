// What a transition takes on real servers and clients, and how a schedule is given up.

import Drivers
import Harness

extension StrategyTestbed {
  /// Carries out what a transition does, in order.
  func perform(_ effects: [Effect]) async throws(Failure) {
    for effect in effects {
      if case .server(let effect) = effect {
        try await perform(effect)
      } else {
        performAtOnce(effect)
      }
    }
  }

  private func performAtOnce(_ effect: Effect) {
    switch effect {
    case .callBegan(let client):
      if let call = clients[client].call { recorder.begin(call: call) }
      clients[client].began = system.stamp
    case .release(let thread, let admission): release(thread, admission)
    case .connectionsClose: noteClosing()
    case .closeClients:
      noteClosing()
      for client in clients where !system.clients[client.number].isDone { client.process?.close() }
    case .fire(let numbers): fire(numbers)
    case .server: preconditionFailure("what is done to servers is waited for")
    }
  }

  private func perform(_ effect: ServerEffect) async throws(Failure) {
    switch effect {
    case .shortenLeases(let milliseconds): try await shortenLeases(by: milliseconds)
    case .endLease(let key):
      written.insert(key)
      try await control.setLease(of: keys[key], left: 0)
      recorder.noteDone()
    case .restart, .stall, .failOver: try await harm(effect)
    }
  }

  private func release(_ thread: ThreadID, _ admission: Admission) {
    switch admission {
    case .proceed, .loseReply:
      if let command = system[thread].command { written.formUnion(command) }
    case .crash, .disconnect: break
    }
    self.admission(of: thread).give(admission)
  }

  private func fire(_ numbers: [Int]) {
    for entry in timers where numbers.contains(entry.number) { entry.timer.fire() }
  }

  private func shortenLeases(by milliseconds: Int) async throws(Failure) {
    let shortened = try await control.moveLeases(of: keys, by: -milliseconds)
    written.formUnion(shortened)
    if !shortened.isEmpty { system.noteShortenedLeases() }
    recorder.noteDone()
    fire(system.dueTimers)
  }

  /// Ends a schedule that can be no evidence: every client dies.
  func abort(_ reason: AbortReason) {
    for effect in system.abort(reason) { performAtOnce(effect) }
    requestDecision()
  }
}
