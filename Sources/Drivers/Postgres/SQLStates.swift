// What PostgreSQL's SQLSTATEs mean for the statement that got them: data, in one table. A plain
// ERROR undoes the statement's transaction; what needs care are the codes that can arrive when a
// session dies, because a commit on its way may have happened.

/// PostgreSQL's error codes (manual, Appendix A).
public enum SQLStates {
  /// What an error proves.
  public enum Rule: String, Sendable, CaseIterable {
    /// The transaction is, or will be, undone: no effect, also when COMMIT gets this answer.
    case undone = "no effect"
    /// No effect while a transaction is open, but a commit, or a statement that commits by itself,
    /// may have happened.
    case undoneBeforeCommit = "no effect, unless committing"
    /// May have had its effect, whatever it was.
    case unknown = "unknown"
  }

  /// One SQLSTATE, or with a code of two characters the rest of its class.
  public struct Entry: Sendable {
    public let code: String
    /// The manual's condition name.
    public let name: String
    public let rule: Rule
    public let meaning: String
    public let source: String
  }

  /// Every code and class known here, by code.
  public static let all: [Entry] = [
    Entry("08", "connection_exception", .undoneBeforeCommit, "the connection broke"),
    Entry("08004", "sqlserver_rejected_establishment_of_sqlconnection", .undone, "refused"),
    Entry("08007", "transaction_resolution_unknown", .unknown, "lost during COMMIT"),
    Entry("08P01", "protocol_violation", .undoneBeforeCommit, "the bytes made no sense"),
    Entry("0A", "feature_not_supported", .undone, "no such feature"),
    Entry("21", "cardinality_violation", .undone, "a subquery gave more than one row"),
    Entry("22", "data_exception", .undone, "a value out of range or malformed"),
    Entry("23", "integrity_constraint_violation", .undone, "a constraint forbids it"),
    Entry("23502", "not_null_violation", .undone, "a column that must not be null"),
    Entry("23503", "foreign_key_violation", .undone, "a row it refers to is missing"),
    Entry("23505", "unique_violation", .undone, "the key exists"),
    Entry("23514", "check_violation", .undone, "a check such as n >= 0 forbids it"),
    Entry("24", "invalid_cursor_state", .undone, "the cursor cannot do that now"),
    Entry("25", "invalid_transaction_state", .undone, "not in this state of a transaction"),
    Entry("25006", "read_only_sql_transaction", .undone, "a standby takes no writes"),
    Entry("25P02", "in_failed_sql_transaction", .undone, "the transaction failed earlier"),
    Entry(
      "25P03", "idle_in_transaction_session_timeout", .undoneBeforeCommit,
      "the session was ended while it waited"),
    Entry("26", "invalid_sql_statement_name", .undone, "no such prepared statement"),
    Entry("28", "invalid_authorization_specification", .undone, "not let in"),
    Entry("2D", "invalid_transaction_termination", .undone, "a transaction cannot end here"),
    Entry("3D", "invalid_catalog_name", .undone, "no such database"),
    Entry("3F", "invalid_schema_name", .undone, "no such schema"),
    Entry("40", "transaction_rollback", .undone, "rolled back"),
    Entry("40001", "serialization_failure", .undone, "another transaction came first"),
    Entry("40003", "statement_completion_unknown", .unknown, "not known whether it completed"),
    Entry("40P01", "deadlock_detected", .undone, "chosen to end a deadlock"),
    Entry("42", "syntax_error_or_access_rule_violation", .undone, "wrong SQL or no right"),
    Entry("42P01", "undefined_table", .undone, "no such table"),
    Entry("53", "insufficient_resources", .undone, "the server ran out of something"),
    Entry("53300", "too_many_connections", .undone, "over max_connections"),
    Entry("54", "program_limit_exceeded", .undone, "too complex"),
    Entry("55", "object_not_in_prerequisite_state", .undone, "the object cannot do that now"),
    Entry("55P03", "lock_not_available", .undone, "lock_timeout, or NOWAIT"),
    Entry("57", "operator_intervention", .undoneBeforeCommit, "someone intervened"),
    Entry(
      "57014", "query_canceled", .undone,
      // A cancelled wait for a synchronous standby is a WARNING on a committed transaction
      // (syncrep.c, SyncRepWaitForLSN), never this error.
      "statement_timeout or a cancel request"),
    Entry("57P01", "admin_shutdown", .undoneBeforeCommit, "pg_terminate_backend or a shutdown"),
    Entry("57P02", "crash_shutdown", .undoneBeforeCommit, "another backend crashed"),
    Entry("57P03", "cannot_connect_now", .undone, "starting up or shutting down"),
    Entry("57P05", "idle_session_timeout", .undoneBeforeCommit, "the session was idle too long"),
    Entry("58", "system_error", .undoneBeforeCommit, "input or output failed"),
    Entry("P0", "plpgsql_error", .undone, "a function raised it"),
    Entry("XX", "internal_error", .undoneBeforeCommit, "a defect or damage in the server"),
  ]

  private static let byCode = Dictionary(
    all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  /// What is known about a SQLSTATE: its own entry, else its class's; nil when neither is known.
  public static func entry(for code: String) -> Entry? {
    byCode[code] ?? (code.utf8.count == 5 ? byCode[String(code.prefix(2))] : nil)
  }

  /// Whether a statement that was answered with an error may have had an effect.
  public static func certainty(
    of code: String, for effect: CommandEffect, inTransaction: Bool
  ) -> Failure.Certainty {
    switch entry(for: code)?.rule {
    case .undone: .definite
    case .undoneBeforeCommit: effect.certaintyWhenLost(inTransaction: inTransaction)
    case .unknown, nil: effect == .read ? .definite : .indefinite
    }
  }
}

extension SQLStates.Entry {
  fileprivate init(_ code: String, _ name: String, _ rule: SQLStates.Rule, _ meaning: String) {
    self.init(
      code: code, name: name, rule: rule, meaning: meaning,
      source: "PostgreSQL manual, Appendix A")
  }
}
