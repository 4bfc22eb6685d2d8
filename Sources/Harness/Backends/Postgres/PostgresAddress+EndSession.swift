// pg_terminate_backend: a PostgreSQL ends a client's session.

package import Drivers
package import History

extension PostgresAddress {
  package func endSession(
    on loop: EventLoop, by deadline: Int64, _ random: inout SplitMix64,
    noting note: (_ process: Int?, _ isOver: Bool) -> Void
  ) async throws(Failure) {
    let connection = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    let list = Statement(
      "SELECT",
      """
      SELECT pid, application_name FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND application_name ~ '^p[0-9]+$' ORDER BY pid
      """, effect: .read, prepared: false)
    let rows = try await connection.execute(list, deadline: deadline)
    guard rows.count > 0 else { return }
    let row = Int.random(in: 0..<rows.count, using: &random)
    guard let backend = rows.integer(row, 0) else { return }
    let process = rows.text(row, 1).flatMap { Int($0.dropFirst()) } ?? -1
    note(process, false)
    let kill = Statement(
      "SELECT", "SELECT pg_terminate_backend(\(backend))", effect: .read, prepared: false)
    _ = try await connection.execute(kill, deadline: deadline)
    note(process, true)
  }
}
