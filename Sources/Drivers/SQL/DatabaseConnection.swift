// A session with a database, whichever one it is.

/// Where a session's transaction stands.
public enum TransactionStatus: Sendable {
  /// No transaction: a statement commits by itself.
  case idle
  case open
  /// A statement failed; only a rollback is sure to be possible.
  case failed
  /// The session is lost.
  case unknown
}

/// A session with a database. It belongs to one event loop and is used there by one task at a time.
public protocol DatabaseConnection: AnyObject, Sendable {
  /// Whether statements can be sent; a session that was lost, timed out or closed stays closed.
  var isOpen: Bool { get }
  var transactionStatus: TransactionStatus { get }
  /// Passed by every statement before it is sent; nil lets all pass.
  var gate: (any CommandGate)? { get set }
  /// Where steps are recorded; nil records none.
  var trace: CommandTrace? { get set }

  /// The server's number of the session, as its list of sessions has it.
  var backendNumber: Int32 { get }

  /// Executes a statement and waits for its rows, until `deadline` (ns of `EventLoop.now()`; nil: as
  /// long as the session allows).
  func execute(
    _ statement: Statement, _ values: [SQLValue], deadline: Int64?
  ) async throws(Failure) -> Rows

  /// Makes the session what a new one is, without locks, settings, prepared statements or temporary
  /// tables. One on which that failed is of no use.
  func renew() async throws(Failure)

  /// Closes the session; a statement under way fails with `connectionClosed`.
  func close()
}
