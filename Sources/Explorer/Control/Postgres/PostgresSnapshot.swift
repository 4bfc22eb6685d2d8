// What the tables of a testbed's schema held when its stock was set, kept in tables beside them, and
// what brings all of them back: one statement, mostly. A strategy's sequences go on, since their gaps are PostgreSQL's
// own; a program's begin again, or it would send other numbers in every schedule.

import Drivers

/// A schema's tables.
struct PostgresSnapshot {
  private let restoring: [Statement]

  /// Takes the snapshot over a connection that no gate holds; `isOfProgram`: of whatever tables a program made.
  init(of connection: PostgresConnection, isOfProgram: Bool) async throws(Failure) {
    var clauses: [String] = []
    var others: [Statement] = []
    for table in try await Self.tables(on: connection) {
      let copy = "soldout_start_\(table)"
      let make = Statement(
        "DDL", "CREATE TABLE soldout.\(copy) AS SELECT * FROM soldout.\(table)",
        effect: .write, prepared: false)
      _ = try await connection.execute(make)
      if let known = try await Self.clauses(table, copy, on: connection) {
        clauses += known
      } else if isOfProgram {
        others += [
          Statement("DELETE", "DELETE FROM soldout.\(table)", effect: .write),
          Statement(
            "INSERT",
            "INSERT INTO soldout.\(table) OVERRIDING SYSTEM VALUE SELECT * FROM soldout.\(copy)",
            effect: .write),
        ]
      } else {
        throw .definite(.gaveUp("table \(table) has no primary key, so it can't be set back"))
      }
    }
    if isOfProgram { others += try await Self.sequences(on: connection) }
    let parts = clauses.enumerated().map { "part\($0.offset) AS (\($0.element))" }
    let all = Statement(
      "RESTORE", "WITH \(parts.joined(separator: ", ")) SELECT 1", effect: .write)
    restoring = (clauses.isEmpty ? [] : [all]) + others
  }

  func restore(over connection: PostgresConnection) async throws(Failure) {
    if restoring.count > 1 { _ = try await connection.execute(.begin) }
    for statement in restoring { _ = try await connection.execute(statement) }
    if restoring.count > 1 { _ = try await connection.execute(.commit) }
  }

  /// What makes every sequence go on from where it is now (PostgreSQL manual §9.17, setval).
  private static func sequences(
    on connection: PostgresConnection
  ) async throws(Failure) -> [Statement] {
    let names = try await connection.execute(sequenceNames)
    var statements: [Statement] = []
    for name in (0..<names.count).compactMap({ names.text($0, 0) }) {
      let state = Statement(
        "SELECT", "SELECT last_value::text, is_called::text FROM soldout.\(name)", effect: .read,
        prepared: false)
      let rows = try await connection.execute(state)
      guard let value = rows.text(0, 0), let isCalled = rows.text(0, 1) else { continue }
      statements.append(
        Statement(
          "SETVAL", "SELECT setval('soldout.\(name)', \(value), \(isCalled))", effect: .write))
    }
    return statements
  }

  private static let sequenceNames = Statement(
    "SELECT",
    """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S' ORDER BY 1
    """, effect: .read)

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

  /// Two statements: rows that were there get their values back, others go. Nil: without a primary key nobody
  /// knows which row is which.
  private static func clauses(
    _ table: String, _ copy: String, on connection: PostgresConnection
  ) async throws(Failure) -> [String]? {
    let rows = try await connection.execute(columns, [.text(table)])
    let all = (0..<rows.count).compactMap { rows.text($0, 0) }
    let key = (0..<rows.count).filter { rows.boolean($0, 1) == true }
      .compactMap { rows.text($0, 0) }
    guard !key.isEmpty else { return nil }
    let names = all.joined(separator: ", ")
    let others = all.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
    let match = key.map { "s.\($0) = t.\($0)" }.joined(separator: " AND ")
    let action = others.isEmpty ? "NOTHING" : "UPDATE SET " + others.joined(separator: ", ")
    return [
      "INSERT INTO soldout.\(table) (\(names)) OVERRIDING SYSTEM VALUE SELECT \(names) FROM soldout.\(copy) "
        + "ON CONFLICT (\(key.joined(separator: ", "))) DO \(action)",
      "DELETE FROM soldout.\(table) t WHERE NOT EXISTS "
        + "(SELECT FROM soldout.\(copy) s WHERE \(match))",
    ]
  }
}
