// The SQL that strategies are written in: statements, and the transaction around them.

public import Drivers

/// One of a session's database connections, as strategies see it.
public struct SQLCommands {
  let session: Session
  /// Over which of the session's connections.
  var line = DatabaseLine.main

  /// How a transaction sees others (PostgreSQL manual §13.2; MySQL manual, "Transaction Isolation
  /// Levels").
  public enum Isolation: Sendable {
    /// As the server has it: READ COMMITTED in PostgreSQL, REPEATABLE READ in MySQL.
    case standard
    case readCommitted
    case repeatableRead
    case serializable
  }

  public func begin(_ isolation: Isolation = .standard) async throws(Failure) {
    if line.isMySQL, let set = isolation.mysql { try await execute(set) }
    try await execute(line.isMySQL ? .begin : isolation.postgres)
  }

  /// Makes the transaction's writes take effect.
  public func commit() async throws(Failure) {
    if session.isResolvable, line == .main {
      session.transaction = try await execute(.transaction).integer()
    }
    try await execute(.commit)
  }

  public func rollback() async throws(Failure) { try await execute(.rollback) }

  /// Executes a statement and returns how many rows it changed.
  @discardableResult
  public func run(_ statement: Statement, _ values: Int...) async throws(Failure) -> Int {
    try await execute(statement, values.map(SQLValue.integer)).affected ?? 0
  }

  /// The first number of the first row; nil if there is no row.
  public func int(_ statement: Statement, _ values: Int...) async throws(Failure) -> Int? {
    let rows = try await execute(statement, values.map(SQLValue.integer))
    return rows.count == 0 ? nil : try rows.number(0)
  }

  /// The rows of a statement with values of any kind.
  @discardableResult
  public func rows(_ statement: Statement, _ values: [SQLValue]) async throws(Failure) -> Rows {
    try await execute(statement, values)
  }

  /// The first row, which must be there.
  public func row(_ statement: Statement, _ values: Int...) async throws(Failure) -> Rows {
    let rows = try await execute(statement, values.map(SQLValue.integer))
    guard rows.count > 0 else {
      throw .definite(.protocolViolation("\(statement.label) found no row"))
    }
    return rows
  }

  /// Executes DDL.
  public func define(_ sql: String) async throws(Failure) {
    try await execute(.definition(sql))
  }

  /// The session's own connection of that kind; the others are opened at their first use.
  private func connection() async throws(Failure) -> any DatabaseConnection {
    let main: (any DatabaseConnection)?
    switch line {
    case .main: main = session.postgresConnection
    case .mysql: main = session.mysqlConnection
    case .locks, .mysqlLocks, .shard: return try await session.open(line)
    }
    guard let main else { throw .definite(.connectionClosed) }
    return main
  }

  /// Whether the connection stays in use after a statement: its transaction is open, or it holds
  /// locks.
  private var isKept: Bool {
    switch line {
    case .locks, .mysqlLocks: true
    case .main: session.postgresConnection?.transactionStatus.isOpen == true
    case .mysql: session.mysqlConnection?.transactionStatus.isOpen == true
    case .shard: session.further.open(line)?.transactionStatus.isOpen == true
    }
  }

  @discardableResult
  private func execute(
    _ statement: Statement, _ values: [SQLValue] = []
  ) async throws(Failure) -> Rows {
    session.connectionUse.hold(line)
    defer { if !isKept { session.connectionUse.release(line) } }
    let connection = try await connection()
    let deadline = session.commandDeadline(session.deadline)
    var (statement, values) = (statement, values)
    if session.isResolvable, line == .main, connection.transactionStatus == .idle,
      let marking = session.marking(statement, values)
    {
      (statement, values) = marking
      session.hasMarkedRow = true
    }
    let rows = try await connection.execute(statement, values, deadline: deadline)
    // Inside a transaction nothing has taken effect before COMMIT; a statement that changed no row
    // hasn't at all.
    switch statement.effect {
    case .commit: session.noteEffect()
    case .write, .script:
      if connection.transactionStatus == .idle, rows.affected != 0 { session.noteEffect() }
    case .read, .begin, .rollback: break
    }
    return rows
  }
}

extension SQLCommands.Isolation {
  /// How PostgreSQL begins such a transaction.
  fileprivate var postgres: Statement {
    switch self {
    case .standard, .readCommitted: .begin
    case .repeatableRead: .beginRepeatableRead
    case .serializable: .beginSerializable
    }
  }

  /// What MySQL is told before it begins the next one; nil: nothing.
  fileprivate var mysql: Statement? {
    switch self {
    case .standard: nil
    case .readCommitted: .nextReadCommitted
    case .repeatableRead: .nextRepeatableRead
    case .serializable: .nextSerializable
    }
  }
}

extension Statement {
  static let nextReadCommitted = Statement(
    "SET READ COMMITTED", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED", effect: .begin)
  static let nextRepeatableRead = Statement(
    "SET REPEATABLE READ", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", effect: .begin)
  static let nextSerializable = Statement(
    "SET SERIALIZABLE", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", effect: .begin)
  static let beginRepeatableRead = Statement(
    "BEGIN REPEATABLE READ", "BEGIN ISOLATION LEVEL REPEATABLE READ", effect: .begin)
  static let beginSerializable = Statement(
    "BEGIN SERIALIZABLE", "BEGIN ISOLATION LEVEL SERIALIZABLE", effect: .begin)
}

extension TransactionStatus {
  fileprivate var isOpen: Bool { self == .open || self == .failed }
}

extension Rows {
  /// The number in a column of the first row.
  func number(_ column: Int) throws(Failure) -> Int {
    guard let number = integer(0, column) else {
      throw .indefinite(.protocolViolation("column \(column + 1) is not a number"))
    }
    return number
  }
}
