// What every database's session does around a statement, written once: the gate before it, the trace
// after it, and what a missing or negative answer proves. How the statement is sent and answered is each
// session's own.

/// A session that sends statements one at a time and keeps the last one's answer.
protocol StatementExchange: DatabaseConnection {
  /// What an error proves, by the database's own table.
  static func certainty(
    of code: String, for effect: CommandEffect, inTransaction: Bool
  ) -> Failure.Certainty

  /// Whether a transaction is under way, though it may have failed.
  var isInTransaction: Bool { get }

  // The last statement's answer, or why there is none, and when it was in.
  var rows: Rows? { get }
  var failure: Failure.Reason? { get }
  var received: Int64 { get }

  /// Executes past the gate; `told` hears the answer before anybody else and says whether it is to be
  /// lost.
  func executeNow(
    _ statement: Statement, _ values: [SQLValue], _ deadline: Int64?,
    told: ((CommandTrace.Reply) -> Bool)?
  ) async throws(Failure) -> Rows
}

extension StatementExchange {
  func executeThroughGate(
    _ statement: Statement, _ values: [SQLValue], _ deadline: Int64?
  ) async throws(Failure) -> Rows {
    guard let gate else { return try await executeNow(statement, values, deadline, told: nil) }
    let command = CommandDescription(
      payload: .sql(statement, values), inTransaction: isInTransaction)
    let admission = await gate.admit(command)
    if let reason = admission.refusal {
      close()
      throw .definite(reason)
    }
    return try await executeNow(statement, values, deadline) { answer in
      gate.finished(command, answer)
      return admission == .loseReply
    }
  }

  /// The outcome of the last statement; `wasSent` says whether it can have reached the server.
  func result(
    of statement: Statement, wasSent: Bool, inTransaction: Bool
  ) throws(Failure) -> Rows {
    if let failure {
      guard wasSent else { throw .definite(failure) }
      throw Failure(certainty(of: statement, failure, inTransaction), failure)
    }
    guard let rows else { throw .indefinite(.protocolViolation("an answer without a result")) }
    return rows
  }

  private func certainty(
    of statement: Statement, _ reason: Failure.Reason, _ inTransaction: Bool
  ) -> Failure.Certainty {
    if case .server(let code, _) = reason {
      return Self.certainty(of: code, for: statement.effect, inTransaction: inTransaction)
    }
    return statement.effect.certaintyWhenLost(inTransaction: inTransaction)
  }

  var answer: CommandTrace.Reply {
    switch failure {
    case nil: rows?.traced ?? .ok
    case .server(let code, _): .error(code)
    default: .lost
    }
  }

  /// Puts the last statement into the trace.
  func record(_ statement: Statement, _ values: [SQLValue], _ sent: Int64) {
    trace?.append(
      CommandTrace.Step(
        verb: statement.label, argument: statement.shownArgument(of: values), reply: answer,
        sent: sent, received: received))
  }
}
