// A database as a session deals with it, whatever its kind. Each kind conforms in its folder.

package import Drivers

/// A database at an address.
package protocol DatabaseBackend: Backend {
  /// Opens a session in the run's place; `name` identifies the client to the server.
  func open(
    on loop: EventLoop, by deadline: Int64, name: String?
  ) async throws(Failure) -> any DatabaseConnection

  /// The same outside the run's place, where a program's own sessions find their tables.
  var asProgramsSee: Self { get }

  /// What takes away all that programs made there, so that another one finds it empty.
  static var clearing: [Statement] { get }

  /// The same for statements that name a run's tables: there they find a program's. Whoever comes so brings
  /// tables back to what they were: no trigger fires, and it waits for no lock for long.
  var amongTablesOfPrograms: Self { get }

  /// What begins a transaction, and what the server is told before that, where it must be.
  static func begin(_ isolation: SQLCommands.Isolation) -> (before: Statement?, begin: Statement)

  /// Asks for the number of the transaction under way, by which the server can tell later how it ended
  /// (NULL while it has changed nothing); nil: it can't.
  static var transactionNumber: Statement? { get }

  /// The same statement, writing a row in the same step if it changes one: the process and the number
  /// of its call, given after its own values, and what it answered; nil where that is not possible.
  static func marking(_ statement: Statement, values count: Int) -> Statement?

  /// Makes the place for these rows; nil where statements leave none.
  static var markTable: Statement? { get }
}

extension DatabaseBackend {
  package static var transactionNumber: Statement? { nil }
  package static func marking(_ statement: Statement, values count: Int) -> Statement? { nil }
  package static var markTable: Statement? { nil }
}
