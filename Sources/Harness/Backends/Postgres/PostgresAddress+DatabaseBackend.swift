// PostgreSQL under a session: how its transactions begin, and what tells later how they ended.

package import Drivers

extension PostgresAddress: DatabaseBackend {
  package func open(
    on loop: EventLoop, by deadline: Int64, name: String?
  ) async throws(Failure) -> any DatabaseConnection {
    try await PostgresConnection.open(self, on: loop, deadline: deadline, name: name)
  }

  package var asProgramsSee: PostgresAddress {
    var address = self
    address.schema = nil
    return address
  }

  package static var clearing: [Statement] {
    ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"].map {
      Statement("DDL", $0, effect: .write, prepared: false)
    }
  }

  package var amongTablesOfPrograms: PostgresAddress {
    var address = self
    address.schema = "public"
    address.options["options"] = "-c session_replication_role=replica -c lock_timeout=5s"
    return address
  }

  package static func begin(
    _ isolation: SQLCommands.Isolation
  ) -> (before: Statement?, begin: Statement) {
    switch isolation {
    case .standard, .readCommitted: (nil, .begin)
    case .repeatableRead: (nil, .beginRepeatableRead)
    case .serializable: (nil, .beginSerializable)
    }
  }

  package static let transactionNumber: Statement? = Statement(
    "XID", "SELECT txid_current_if_assigned()", effect: .read)

  /// PostgreSQL manual §7.8.4: data-modifying statements in WITH.
  package static func marking(_ statement: Statement, values count: Int) -> Statement? {
    guard statement.sql.hasPrefix("UPDATE ") else { return nil }
    let isTold = statement.sql.contains(" RETURNING ")
    return Statement(
      statement.label,
      """
      WITH sale (answer) AS (\(statement.template)\(isTold ? "" : " RETURNING 1")),
        mark AS (
          INSERT INTO soldout.mark SELECT $\(count + 1)::integer, $\(count + 2)::integer,
            \(isTold ? "answer" : "NULL::integer") FROM sale
        )
      SELECT answer FROM sale
      """, effect: statement.effect, showing: statement.shownValue)
  }

  package static let markTable: Statement? = .definition(
    "CREATE TABLE soldout.mark (process integer, call integer, answer integer)")
}

extension Statement {
  static let beginRepeatableRead = Statement(
    "BEGIN REPEATABLE READ", "BEGIN ISOLATION LEVEL REPEATABLE READ", effect: .begin)
  static let beginSerializable = Statement(
    "BEGIN SERIALIZABLE", "BEGIN ISOLATION LEVEL SERIALIZABLE", effect: .begin)
}
