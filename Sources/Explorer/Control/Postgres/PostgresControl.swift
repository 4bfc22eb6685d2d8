// A testbed's own connections to PostgreSQL: who is blocked there, what its tables held when the stock was
// set, and the way back to that. No gate holds them and no client knows them.

import Drivers
import Harness

/// Control of one PostgreSQL.
///
/// `@unchecked Sendable`: used by its testbed's tasks alone, on one loop.
final class PostgresControl: DatabaseControl, @unchecked Sendable {
  private var connection: PostgresConnection
  /// Asks who is blocked while the other connection is busy.
  private(set) var looker: PostgresConnection
  private var tables: PostgresSnapshot?

  init(
    of address: PostgresAddress, on loop: EventLoop, deadline: Int64
  ) async throws(Failure) {
    connection = try await PostgresConnection.open(address, on: loop, deadline: deadline)
    looker = try await PostgresConnection.open(address, on: loop, deadline: deadline)
  }

  /// Connects anew to a server that has died and come back.
  func reopen(
    _ address: PostgresAddress, on loop: EventLoop, deadline: Int64
  ) async throws(Failure) {
    close()
    connection = try await PostgresConnection.open(address, on: loop, deadline: deadline)
    looker = try await PostgresConnection.open(address, on: loop, deadline: deadline)
  }

  func close() {
    connection.close()
    looker.close()
  }

  // MARK: Sessions

  /// A backend leaves pg_stat_activity after it has rolled back. Private servers share one machine, where
  /// no two processes have the same number.
  func waitUntilGone(_ sessions: [Int32], on loop: EventLoop) async throws(Failure) {
    while try await connection.execute(Self.present, [.text(Self.list(sessions))]).integer() != 0 {
      await loop.sleep(for: .microseconds(200))
    }
  }

  private static let present = Statement(
    "SELECT", "SELECT count(*)::int FROM pg_stat_activity WHERE pid = ANY ($1::int[])",
    effect: .read)

  /// Never stale, unlike pg_stat_activity (PostgreSQL manual, pg_blocking_pids).
  func blocked(
    among sessions: [Int32], asking names: [String]
  ) async throws(Failure) -> Set<Int32> {
    let rows = try await looker.execute(Self.blocked, [.text(Self.list(sessions))])
    return Set((0..<rows.count).compactMap { rows.integer($0, 0).map(Int32.init) })
  }

  private static let blocked = Statement(
    "SELECT",
    "SELECT pid FROM unnest($1::int[]) pid WHERE cardinality(pg_blocking_pids(pid)) > 0",
    effect: .read)

  private static func list(_ sessions: [Int32]) -> String {
    "{" + sessions.map(String.init).joined(separator: ",") + "}"
  }

  // MARK: Tables

  func keep(isOfProgram: Bool) async throws(Failure) {
    tables = try await PostgresSnapshot(of: connection, isOfProgram: isOfProgram)
  }

  func restore() async throws(Failure) { try await tables?.restore(over: connection) }

  private static let tables = Statement(
    "SELECT",
    """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND c.relname NOT LIKE 'soldout\\_start\\_%' ORDER BY 1
    """, effect: .read)

  func rows() async throws(Failure) -> [String] {
    let tables = try await connection.execute(Self.tables)
    var facts: [String] = []
    for table in (0..<tables.count).compactMap({ tables.text($0, 0) }) {
      // Prepared under a name of its own each time, it would pile up; it is asked for rarely.
      let statement = Statement(
        "SELECT", "SELECT * FROM soldout.\(table) t ORDER BY t", effect: .read, prepared: false)
      let rows = try await connection.execute(statement)
      for row in 0..<rows.count {
        let values = (0..<rows.columns).map { rows.text(row, $0) ?? "NULL" }
        facts.append("\(table)(\(values.joined(separator: ",")))")
      }
    }
    return facts
  }
}
