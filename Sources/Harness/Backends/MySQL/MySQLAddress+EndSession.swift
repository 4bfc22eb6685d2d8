// KILL: a MySQL ends a client's session.

package import Drivers
package import History

extension MySQLAddress {
  /// A MySQL knows its sessions by no name; those of a run's clients are in its database.
  package func endSession(
    on loop: EventLoop, by deadline: Int64, _ random: inout SplitMix64,
    noting note: (_ process: Int?, _ isOver: Bool) -> Void
  ) async throws(Failure) {
    let connection = try await MySQLConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    let list = Statement(
      "SELECT",
      """
      SELECT id FROM information_schema.processlist
      WHERE db LIKE 'soldout\\\\_%' AND id <> CONNECTION_ID() ORDER BY id
      """, effect: .read, prepared: false)
    let rows = try await connection.execute(list, deadline: deadline)
    guard rows.count > 0,
      let session = rows.integer(Int.random(in: 0..<rows.count, using: &random), 0)
    else { return }
    note(nil, false)
    do throws(Failure) {
      _ = try await connection.execute(
        Statement("KILL", "KILL \(session)", effect: .read, prepared: false), deadline: deadline)
    } catch {
      // It has gone meanwhile, which has the same effect.
      guard case .server = error.reason else { throw error }
    }
    note(nil, true)
  }
}
