// What a transition takes on real processes and servers.

import Drivers
import Harness

extension ProgramTestbed {
  func perform(_ effects: [Effect]) async throws(Failure) {
    for effect in effects {
      switch effect {
      case .server(let effect): try await perform(effect)
      case .callBegan(let client):
        if let call = clients[client].call { recorder.begin(call: call) }
      case .release(let thread, let admission): release(thread, admission)
      case .connectionsClose: noteClosing()
      case .closeClients: endCalls()
      // The dead hear no timer, and time has not passed for anybody else.
      case .fire: break
      }
    }
  }

  private func release(_ thread: ThreadID, _ admission: Admission) {
    guard let unit = units[thread] else { return }
    replies[unit.connection.id] = nil
    if case .proceed = admission {
    } else if let client = thread.client {
      clients[client].isDisturbed = true
    }
    switch admission {
    case .proceed: unit.connection.proxied.release()
    case .loseReply: unit.connection.proxied.release(losingReply: true)
    case .disconnect:
      units[thread] = nil
      unit.connection.proxied.drop()
    case .crash:
      units[thread] = nil
      driven.kill(unit.connection.instance)
      unit.connection.proxied.drop()
    }
  }

  private func perform(_ effect: ServerEffect) async throws(Failure) {
    switch effect {
    case .shortenLeases(let milliseconds):
      try await passLeases(milliseconds)
      try await fire()
    case .endLease(let key): try await control.setLease(of: keys[key], left: 0)
    case .restart, .stall, .failOver:
      preconditionFailure("no server of a program's is harmed")
    }
    recorder.noteDone()
  }

  /// Leases run on while time passes.
  private func passLeases(_ milliseconds: Int) async throws(Failure) {
    guard let redisClock else {
      let shortened = try await control.moveLeases(of: keys, by: -milliseconds)
      if !shortened.isEmpty { system.noteShortenedLeases() }
      return
    }
    redisClock.advance(milliseconds: milliseconds)
    // At its very end Redis still counts a lease as there.
    for lease in try await control.leases(of: keys) where lease.left == 0 {
      try await control.setLease(of: keys[lease.key], left: 0)
    }
  }

  func abort(_ reason: AbortReason) {
    for effect in system.abort(reason) {
      switch effect {
      case .release(let thread, let admission): release(thread, admission)
      case .closeClients: endCalls()
      default: break
      }
    }
  }

  /// Every client in a call dies.
  private func endCalls() {
    noteClosing()
    driven.hold(false)
    for client in queue { client.turn.give(()) }
    queue.removeAll()
    for client in clients where client.isCalling || client.isConnecting {
      driven.kill(driven.instance(of: client.number))
    }
  }
}
