// The SQL that strategies are written in: statements, and the transaction around them.

public import Drivers

/// A session's PostgreSQL connection, as strategies see it.
public struct PostgresCommands {
  let session: Session
  /// Over which of the session's connections.
  var line = PostgresLine.main

  /// How a transaction sees others (PostgreSQL manual §13.2).
  public enum Isolation: Sendable {
    case readCommitted
    case repeatableRead
    case serializable
  }

  public func begin(_ isolation: Isolation = .readCommitted) async throws(Failure) {
    switch isolation {
    case .readCommitted: try await execute(.begin)
    case .repeatableRead: try await execute(.beginRepeatableRead)
    case .serializable: try await execute(.beginSerializable)
    }
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
    try await execute(Statement("DDL", sql, effect: .write, prepared: false))
  }

  private var main: PostgresConnection {
    get throws(Failure) {
      guard let connection = session.postgresConnection else {
        throw .definite(.connectionClosed)
      }
      return connection
    }
  }

  /// Whether the connection stays in use after a statement: its transaction is open, or it holds
  /// locks.
  private var isKept: Bool {
    switch line {
    case .locks: true
    case .main: session.postgresConnection?.transactionStatus.isOpen == true
    case .shard: session.further.open(line)?.transactionStatus.isOpen == true
    }
  }

  @discardableResult
  private func execute(
    _ statement: Statement, _ values: [SQLValue] = []
  ) async throws(Failure) -> Rows {
    session.connectionUse.hold(line)
    defer { if !isKept { session.connectionUse.release(line) } }
    let connection = line == .main ? try main : try await session.open(line)
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

extension Statement {
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
