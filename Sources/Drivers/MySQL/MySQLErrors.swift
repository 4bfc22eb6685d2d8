// What MySQL's and MariaDB's error numbers mean for the statement that got them: data, in one table.
// An error packet says nothing about the transaction, so the table also says what is left of it: InnoDB
// usually undoes only the statement, but the whole transaction to end a deadlock.

/// Error numbers of MySQL and MariaDB (MySQL 8.0 Error Message Reference; MariaDB Error Codes).
public enum MySQLErrors {
  /// What an error proves, and what it leaves of an open transaction.
  public enum Rule: String, Sendable, CaseIterable {
    /// The statement had no effect; a transaction stays open, with what it did before.
    case statementUndone = "no effect; the transaction stays open"
    /// All that the transaction has done is undone. As a rule it is over, and what follows would commit by
    /// itself; a deadlock among locks by name leaves it to be rolled back.
    case transactionUndone = "no effect; the transaction is to be rolled back"
    /// No effect while a transaction is open, but a commit, or a statement that commits by itself,
    /// may have happened.
    case undoneBeforeCommit = "no effect, unless committing"
    /// May have had its effect, whatever it was.
    case unknown = "unknown"
  }

  /// One error.
  public struct Entry: Sendable {
    public let number: Int
    /// The symbol in the server's sources, without its prefix, in lower case.
    public let name: String
    public let rule: Rule
    public let meaning: String
  }

  /// Every number known here, in order.
  public static let all: [Entry] = [
    Entry(1007, "db_create_exists", .statementUndone, "the database exists"),
    Entry(1020, "checkread", .transactionUndone, "the row has changed since the snapshot"),
    Entry(1021, "disk_full", .undoneBeforeCommit, "a disk is full"),
    Entry(1022, "dup_key", .statementUndone, "the key exists"),
    Entry(1040, "con_count_error", .statementUndone, "over max_connections"),
    Entry(1044, "dbaccess_denied_error", .statementUndone, "no right to the database"),
    Entry(1045, "access_denied_error", .statementUndone, "not let in"),
    Entry(1046, "no_db_error", .statementUndone, "no database chosen"),
    Entry(1048, "bad_null_error", .statementUndone, "a column that must not be null"),
    Entry(1049, "bad_db_error", .statementUndone, "no such database"),
    Entry(1050, "table_exists_error", .statementUndone, "the table exists"),
    Entry(1053, "server_shutdown", .undoneBeforeCommit, "the server shuts down"),
    Entry(1054, "bad_field_error", .statementUndone, "no such column"),
    Entry(1062, "dup_entry", .statementUndone, "the key exists"),
    Entry(1064, "parse_error", .statementUndone, "wrong SQL"),
    Entry(1105, "unknown_error", .unknown, "anything"),
    Entry(1114, "record_file_full", .statementUndone, "the table is full"),
    Entry(1129, "host_is_blocked", .statementUndone, "too many failed connections"),
    Entry(1130, "host_not_privileged", .statementUndone, "this host is not let in"),
    Entry(1142, "tableaccess_denied_error", .statementUndone, "no right to the table"),
    Entry(1146, "no_such_table", .statementUndone, "no such table"),
    Entry(1180, "error_during_commit", .unknown, "the commit failed, or did not"),
    Entry(1203, "too_many_user_connections", .statementUndone, "over max_user_connections"),
    Entry(1205, "lock_wait_timeout", .statementUndone, "innodb_lock_wait_timeout, or NOWAIT"),
    Entry(1206, "lock_table_full", .transactionUndone, "more locks than memory for them"),
    Entry(1213, "lock_deadlock", .transactionUndone, "chosen to end a deadlock"),
    Entry(1226, "user_limit_reached", .statementUndone, "over a limit of the user's"),
    Entry(1227, "specific_access_denied_error", .statementUndone, "no right to do that"),
    Entry(1264, "warn_data_out_of_range", .statementUndone, "a number out of range"),
    Entry(1290, "option_prevents_statement", .statementUndone, "read_only, or another option"),
    Entry(1295, "unsupported_ps", .statementUndone, "can't be prepared"),
    Entry(1305, "sp_does_not_exist", .statementUndone, "no such function"),
    Entry(1317, "query_interrupted", .undoneBeforeCommit, "KILL QUERY"),
    Entry(1406, "data_too_long", .statementUndone, "a text too long"),
    Entry(1461, "max_prepared_stmt_count_reached", .statementUndone, "too many are prepared"),
    Entry(1568, "cant_change_tx_characteristics", .statementUndone, "a transaction is open"),
    Entry(1615, "need_reprepare", .statementUndone, "the table has changed meanwhile"),
    Entry(1690, "data_out_of_range", .statementUndone, "a result out of range"),
    Entry(
      1792, "cant_execute_in_read_only_transaction", .statementUndone, "READ ONLY takes no writes"),
    Entry(1836, "read_only_mode", .statementUndone, "the server takes no writes"),
    Entry(1927, "connection_killed", .undoneBeforeCommit, "KILL"),
    Entry(1969, "statement_timeout", .undoneBeforeCommit, "max_statement_time"),
    Entry(3024, "query_timeout", .undoneBeforeCommit, "max_execution_time"),
    Entry(3058, "user_lock_deadlock", .statementUndone, "GET_LOCK would never return"),
    Entry(3572, "lock_nowait", .statementUndone, "NOWAIT"),
    Entry(3819, "check_constraint_violated", .statementUndone, "a check such as n >= 0 forbids it"),
    Entry(4025, "constraint_failed", .statementUndone, "a check such as n >= 0 forbids it"),
    Entry(4031, "client_interaction_timeout", .undoneBeforeCommit, "the session was idle too long"),
  ]

  private static let byNumber = Dictionary(
    all.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })

  /// What is known about a number, given as text as failures have it; nil when nothing is.
  public static func entry(for code: String) -> Entry? {
    Int(code).flatMap { byNumber[$0] }
  }

  /// Whether a statement that was answered with an error may have had an effect.
  public static func certainty(
    of code: String, for effect: CommandEffect, inTransaction: Bool
  ) -> Failure.Certainty {
    switch entry(for: code)?.rule {
    case .statementUndone, .transactionUndone: .definite
    case .undoneBeforeCommit: effect.certaintyWhenLost(inTransaction: inTransaction)
    case .unknown, nil: effect == .read ? .definite : .indefinite
    }
  }

  /// Where an open transaction stands after an error.
  static func status(after code: String) -> TransactionStatus {
    switch entry(for: code)?.rule {
    case .statementUndone: .open
    case .transactionUndone, .undoneBeforeCommit, .unknown, nil: .failed
    }
  }
}

extension MySQLErrors.Entry {
  fileprivate init(_ number: Int, _ name: String, _ rule: MySQLErrors.Rule, _ meaning: String) {
    self.init(number: number, name: name, rule: rule, meaning: meaning)
  }
}
