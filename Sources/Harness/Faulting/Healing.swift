// Makes sure that faults are healed: every server of a run must answer a new connection before
// anything is read that a verdict rests on.

import Drivers

struct Healing {
  private let topology: Topology
  private let loop: EventLoop
  /// Whether there is no use in waiting.
  private let isHopeless: () -> Bool

  init(
    of topology: Topology, on loop: EventLoop, unless isHopeless: @escaping () -> Bool = { false }
  ) {
    self.topology = topology
    self.loop = loop
    self.isHopeless = isHopeless
  }

  /// Asks each server until it answers, 30 s at most; throws what the last one said.
  func awaitAnswers() async throws(Failure) {
    let end = EventLoop.now() + 30_000_000_000
    for address in topology.allRedis {
      try await untilAnswered(by: end) { (deadline) async throws(Failure) in
        let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
        defer { connection.close() }
        // Opening asks PING, which a server answers before it can be written to.
        let ask = RedisCommand("EXISTS", [.text(topology.prefix)], effect: .read)
        do throws(Failure) {
          _ = try await connection.send(ask, deadline: deadline)
        } catch {
          // A cluster's node that knows who has the slot serves its own.
          guard case .server(code: "MOVED", message: _) = error.reason else { throw error }
        }
      }
    }
    for address in topology.allPostgres {
      try await untilAnswered(by: end) { (deadline) async throws(Failure) in
        let connection = try await PostgresConnection.open(address, on: loop, deadline: deadline)
        defer { connection.close() }
        let question = Statement("SELECT", "SELECT 1", effect: .read, prepared: false)
        _ = try await connection.execute(question, deadline: deadline)
      }
    }
    try await awaitMySQL(by: end)
  }

  private func awaitMySQL(by end: Int64) async throws(Failure) {
    guard var address = topology.mysql else { return }
    address.schema = nil
    let found = address
    try await untilAnswered(by: end) { (deadline) async throws(Failure) in
      let connection = try await MySQLConnection.open(found, on: loop, deadline: deadline)
      defer { connection.close() }
      let question = Statement("SELECT", "SELECT 1", effect: .read, prepared: false)
      _ = try await connection.execute(question, deadline: deadline)
    }
  }

  private func untilAnswered(
    by end: Int64, _ ask: (Int64) async throws(Failure) -> Void
  ) async throws(Failure) {
    while true {
      let now = EventLoop.now()
      do throws(Failure) {
        return try await ask(min(end, now + 2_000_000_000))
      } catch {
        guard now < end, !isHopeless() else { throw error }
        await loop.sleep(for: 5_000_000)
      }
    }
  }
}
