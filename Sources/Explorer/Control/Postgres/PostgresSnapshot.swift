// What the tables of an execution's schema held when its stock was set, kept in tables beside them, and
// the one statement that brings all of them back. Sequences go on: their gaps are PostgreSQL's own.

import Drivers

/// A schema's tables.
struct PostgresSnapshot {
  private let restoring: Statement?

  /// Takes the snapshot over a connection that no gate holds.
  init(of connection: PostgresConnection) async throws(Failure) {
    var clauses: [String] = []
    for table in try await Self.tables(on: connection) {
      let copy = "soldout_start_\(table)"
      let make = Statement(
        "DDL", "CREATE TABLE soldout.\(copy) AS SELECT * FROM soldout.\(table)",
        effect: .write, prepared: false)
      _ = try await connection.execute(make)
      clauses += try await Self.clauses(table, copy, on: connection)
    }
    guard !clauses.isEmpty else {
      restoring = nil
      return
    }
    let parts = clauses.enumerated().map { "part\($0.offset) AS (\($0.element))" }
    restoring = Statement(
      "RESTORE", "WITH \(parts.joined(separator: ", ")) SELECT 1", effect: .write)
  }

  func restore(over connection: PostgresConnection) async throws(Failure) {
    if let restoring { _ = try await connection.execute(restoring) }
  }

  private static let tables = Statement(
    "SELECT",
    """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1
    """, effect: .read)

  private static func tables(
    on connection: PostgresConnection
  ) async throws(Failure) -> [String] {
    let rows = try await connection.execute(tables)
    return (0..<rows.count).compactMap { rows.text($0, 0) }
  }

  private static let columns = Statement(
    "SELECT",
    """
    SELECT a.attname::text, coalesce(i.indisprimary, false) FROM pg_attribute a
    LEFT JOIN pg_index i
      ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' ORDER BY a.attnum
    """, effect: .read)

  /// Two statements: rows that were there get their values back, others go.
  private static func clauses(
    _ table: String, _ copy: String, on connection: PostgresConnection
  ) async throws(Failure) -> [String] {
    let rows = try await connection.execute(columns, [.text(table)])
    let all = (0..<rows.count).compactMap { rows.text($0, 0) }
    let key = (0..<rows.count).filter { rows.boolean($0, 1) == true }
      .compactMap { rows.text($0, 0) }
    guard !key.isEmpty else {
      throw .definite(.gaveUp("table \(table) has no primary key, so it can't be set back"))
    }
    let names = all.joined(separator: ", ")
    let others = all.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
    let match = key.map { "s.\($0) = t.\($0)" }.joined(separator: " AND ")
    let action = others.isEmpty ? "NOTHING" : "UPDATE SET " + others.joined(separator: ", ")
    return [
      "INSERT INTO soldout.\(table) (\(names)) SELECT \(names) FROM soldout.\(copy) "
        + "ON CONFLICT (\(key.joined(separator: ", "))) DO \(action)",
      "DELETE FROM soldout.\(table) t WHERE NOT EXISTS "
        + "(SELECT FROM soldout.\(copy) s WHERE \(match))",
    ]
  }
}
