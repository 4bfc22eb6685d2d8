// Choices about servers: one is killed and comes back, the replica falls behind, the replica takes
// over. Time stands still meanwhile. Whoever was connected is not any more; a client whose call has
// not begun connects again, as its pool would have, and one in the middle of a call hears of it.

import Drivers
import Harness

extension StrategyTestbed {
  /// Does to a server what was chosen.
  func harm(_ effect: ServerEffect) async throws(Failure) {
    guard let failing else { return }
    let began = EventLoop.now()
    switch effect {
    case .restart(let server):
      try await failing.restart(server)
      try await reconnect(to: server)
    case .stall: try await failing.stall()
    case .failOver:
      try await failing.failOver()
      try await reconnect(to: .redis)
    case .shortenLeases, .endLease: return
    }
    recorder.noteDone()
    try await standStill(since: began)
  }

  /// Ends every connection to a server that has died: its socket says so too, but not at a moment
  /// that a schedule could rely on.
  private func reconnect(to server: ServerName) async throws(Failure) {
    noteClosing()
    for process in clients.compactMap(\.process) + [control.observer].compactMap(\.self) {
      if server == .postgres {
        process.losePostgres()
      } else {
        process.loseRedis { ServerName($0) == server }
      }
    }
    try await reopenControl(to: server)
    // What the server has forgotten, the next schedule starts with.
    for redis in control.redis where redis.name == server { written.formUnion(redis.keptKeys) }
    for client in clients where client.process?.isWhole == false && system.beginAnew(client.number)
    {
      client.beginsAnew = true
      admission(of: .client(client.number)).give(.crash)
    }
  }

  private func reopenControl(to server: ServerName) async throws(Failure) {
    for redis in control.redis where redis.name == server {
      guard let address = topology[redis: redis.name] else { continue }
      try await redis.reopen(address, on: loop, deadline: Self.deadline)
    }
    guard server == .postgres, let address = topology.postgres,
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

  /// Brings the servers back before a schedule.
  func healServers() async throws(Failure) {
    guard let failing, try await failing.heal() else { return }
    try await reconnect(to: .redis)
  }
}
