// Choices about servers: one is killed and comes back, the replica falls behind, the replica takes
// over. Time stands still meanwhile. Whoever was connected is not any more; a client whose call has
// not begun connects again, as its pool would have, and one in the middle of a call hears of it.

import Drivers
import Harness

extension Execution {
  /// What may be chosen about servers now, beside what else there is.
  func serverOptions(beside others: [EnabledTransition]) -> [EnabledTransition] {
    guard let failing else { return [] }
    let faultBudget = configuration.faultBudget
    var options: [EnabledTransition] = []
    for number in failing.numbers(of: topology)
    where isNews(number, breaksConnections: true)
      && (number == ServerName.postgres.number
        ? spent.postgresRestarts < faultBudget.postgresRestarts
        : spent.restarts < faultBudget.restarts)
    {
      options.append(EnabledTransition(Transition(.restart, UInt8(number)), client: .max))
    }
    if spent.failovers < faultBudget.failovers {
      if !failing.isStalled, !scheduler.reduces || others.contains(where: isMissed) {
        options.append(EnabledTransition(Transition(.stall), client: .max))
      }
      if isNews(0, breaksConnections: true) {
        options.append(EnabledTransition(Transition(.failover), client: .max))
      }
    }
    return options
  }

  /// Whether a replica that hears nothing may miss what is chosen. It may as well have fallen behind
  /// just before the first such thing: of all moments before that, only this one is tried.
  func isMissed(_ option: EnabledTransition) -> Bool {
    let subject = Int(option.transition.subject)
    switch option.transition.kind {
    case .step, .crashAfter, .loseReply:
      guard let command = threads[subject].command, !threads[subject].isInDatabase else {
        return false
      }
      return threads[subject].server == 0 && (command.touch.writes != 0 || command.role != .plain)
    case .expire: return keys.keys[subject].server == 0
    case .restart: return subject == 0
    // Leases go with it, those that the master knows.
    case .time: return true
    case .crash, .disconnect, .stall, .failover: return false
    }
  }

  /// Whether something that happens to a server now can come to more than the same before the last
  /// command: not if that went to another server. A command that began its client's call counts:
  /// who has not begun connects again by itself.
  func isNews(_ server: Int, breaksConnections: Bool = false) -> Bool {
    guard scheduler.reduces, let last = lastServer else { return true }
    return last == server || breaksConnections && hasBegunCall
  }

  /// Does to a server what was chosen.
  func strike(_ request: ControlRequest) async throws(Failure) {
    guard let failing else { return }
    let began = EventLoop.now()
    switch request {
    case .restart(let number):
      try await failing.restart(number)
      try await reconnect(to: number)
    case .stall: try await failing.stall()
    case .failOver:
      try await failing.failOver()
      try await reconnect(to: 0)
    default: return
    }
    record(.ok, of: nil)
    try await standStill(since: began)
  }

  /// Leases run by the servers' clocks, which went on.
  func standStill(since began: Int64) async throws(Failure) {
    let passed = EventLoop.now() - began
    stoodStill += passed
    let milliseconds = Int(passed / 1_000_000)
    guard milliseconds > 0 else { return }
    for (key, left) in try await control.leases(of: keys) {
      try await control.setLease(of: keys.keys[key], left: left + milliseconds)
    }
  }

  /// Ends every connection to a server that has died: its socket says so too, but not at a moment
  /// that a schedule could rely on.
  private func reconnect(to number: Int) async throws(Failure) {
    noteClosing()
    for process in clients.compactMap(\.process) + [control.observer].compactMap(\.self) {
      if number == ServerName.postgres.number {
        process.losePostgres()
      } else {
        process.loseRedis { ServerName($0).number == number }
      }
    }
    try await reopenControl(to: number)
    // What the server has forgotten, the next schedule starts with.
    for server in control.redis where server.number == number {
      written.formUnion(server.keptKeys)
    }
    for client in clients where client.process?.isWhole == false { beginAnew(client) }
  }

  private func reopenControl(to number: Int) async throws(Failure) {
    for server in control.redis where server.number == number {
      guard let address = topology[redis: server.name] else { continue }
      try await server.reopen(address, on: loop, deadline: Self.deadline)
    }
    guard number == ServerName.postgres.number, let address = topology.postgres,
      let postgres = control.postgres.first
    else { return }
    try await postgres.reopen(address, on: loop, deadline: Self.deadline)
    try await stopLogWriter()
  }

  /// Of a PostgreSQL that may be killed: what it writes is the schedule's to say.
  func stopLogWriter() async throws(Failure) {
    guard configuration.faultBudget.postgresRestarts > 0, let postgres = control.postgres.first
    else { return }
    try await failing?.stopLogWriter(asking: postgres.looker)
  }

  /// A client that stands before its call's first command has done nothing yet: the call is made by
  /// new connections, and nobody will know.
  private func beginAnew(_ client: Client) {
    let main = 2 * client.number
    guard let call = client.call, schedule.calls[call].began == 0, !client.isDead,
      threads[main].phase == .atGate
    else { return }
    client.isDead = true
    client.beginsAnew = true
    release(main, .crash)
  }

  /// Brings the servers back before a schedule.
  func healServers() async throws(Failure) {
    guard let failing, try await failing.heal() else { return }
    try await reconnect(to: 0)
  }
}
