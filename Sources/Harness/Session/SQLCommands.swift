// The SQL that strategies are written in: statements, and the transaction around them.

public import Drivers

/// One of a session's database connections, as strategies see it.
public struct SQLCommands {
  let session: Session
  /// Over which of the session's connections.
  let route: DatabaseRoute

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
    let start = route.server.kind.database?.begin(isolation) ?? (nil, .begin)
    if let before = start.before { try await execute(before) }
    try await execute(start.begin)
  }

  /// Makes the transaction's writes take effect.
  public func commit() async throws(Failure) {
    if leavesEvidence, let number = route.server.kind.database?.transactionNumber {
      session.call.transaction = try await execute(number).integer().map { (route.server, $0) }
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
  public func define(_ sql: String) async throws(Failure) { try await define(.definition(sql)) }

  func define(_ definition: Statement) async throws(Failure) { try await execute(definition) }

  /// The same over a connection beside it that holds locks and touches no stock.
  var forLocks: SQLCommands { SQLCommands(session: session, route: route.forLocks) }

  /// Whether what the call leaves here will settle its outcome.
  private var leavesEvidence: Bool { session.call.isResolvable && route.isMain }

  /// Whether the connection stays in use after a statement: its transaction is open, or it holds
  /// locks.
  private var isKept: Bool {
    route.isForLocks || session.connections.database(route)?.transactionStatus.isOpen == true
  }

  @discardableResult
  private func execute(
    _ statement: Statement, _ values: [SQLValue] = []
  ) async throws(Failure) -> Rows {
    session.connectionUse.hold(route)
    defer { if !isKept { session.connectionUse.release(route) } }
    let deadline = session.commandDeadline(session.deadline)
    let connection = try await session.connections.database(route, by: deadline)
    var (statement, values) = (statement, values)
    if leavesEvidence, connection.transactionStatus == .idle,
      let marking = session.marking(statement, values, on: route.server.kind)
    {
      (statement, values) = marking
      session.call.rowLeftOn = route.server
    }
    let rows = try await connection.execute(statement, values, deadline: deadline)
    // Inside a transaction nothing has taken effect before COMMIT; a statement that changed no row
    // hasn't at all.
    switch statement.effect {
    case .commit: session.call.noteEffect()
    case .write, .script:
      if connection.transactionStatus == .idle, rows.affected != 0 { session.call.noteEffect() }
    case .read, .begin, .rollback: break
    }
    return rows
  }
}

extension TransactionStatus {
  fileprivate var isOpen: Bool { self == .open || self == .failed }
}

extension Rows {
  /// The number in a column of the first row.
  package func number(_ column: Int) throws(Failure) -> Int {
    guard let number = integer(0, column) else {
      throw .indefinite(.protocolViolation("column \(column + 1) is not a number"))
    }
    return number
  }
}
