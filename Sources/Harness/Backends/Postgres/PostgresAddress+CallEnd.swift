// How a call ended, by PostgreSQL's status of its transaction (manual §9.27, txid_status), or by a row that
// its statement has written in the same step.

package import Drivers

extension PostgresAddress {
  package func end(
    of left: CallEvidence.Left, process: Int, prefix: String, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> CallEnd? {
    let connection = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    switch left {
    case .transaction(let number): return try await connection.end(ofTransaction: number, deadline)
    case .row(let number): return try await connection.end(ofCall: number, process, deadline)
    case .mark: return nil
    }
  }
}

extension PostgresConnection {
  fileprivate func end(
    ofTransaction number: Int, _ deadline: Int64
  ) async throws(Failure) -> CallEnd? {
    let question = Statement.question("SELECT txid_status(\(number))")
    // In progress as long as the server has not noticed that its client is gone.
    while EventLoop.now() < deadline {
      switch try await execute(question, deadline: deadline).text() {
      case "committed": return .tookEffect(answer: nil)
      case "aborted": return .noEffect
      case "in progress": await loop.sleep(for: .milliseconds(5))
      default: return nil
      }
    }
    return nil
  }

  fileprivate func end(
    ofCall number: Int, _ process: Int, _ deadline: Int64
  ) async throws(Failure) -> CallEnd? {
    // A statement is over for good when its session is.
    let sessions = Statement.question(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE application_name = '\(Session.name(of: process))'
      """)
    while try await execute(sessions, deadline: deadline).integer() != 0 {
      guard EventLoop.now() < deadline else { return nil }
      await loop.sleep(for: .milliseconds(5))
    }
    let row = Statement.question(
      "SELECT answer FROM soldout.mark WHERE process = \(process) AND call = \(number)")
    let rows = try await execute(row, deadline: deadline)
    return rows.count > 0 ? .tookEffect(answer: rows.integer()) : .noEffect
  }
}
