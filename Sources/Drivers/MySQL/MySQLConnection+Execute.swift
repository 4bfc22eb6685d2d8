// Statements over an exchange: prepared on first use, through the gate, into the trace, and what a
// missing or negative answer proves.

import CMariaDB

extension MySQLConnection {
  /// Executes a statement and waits for its rows.
  ///
  /// `deadline` is in ns of `EventLoop.now()`; nil allows `timeout` from now. Throws the server's
  /// error, classified by `MySQLErrors`, or `timeout` or `connectionClosed`, definite when the
  /// statement cannot have had an effect.
  public func execute(
    _ statement: Statement, _ values: [SQLValue] = [], deadline: Int64? = nil
  ) async throws(Failure) -> Rows {
    guard gate == nil else { return try await executeThroughGate(statement, values, deadline) }
    return try await executeNow(statement, values, deadline)
  }

  /// Makes the session what a new one is: without locks, settings, prepared statements, temporary
  /// tables or an open transaction (MySQL manual, mysql_reset_connection).
  public func renew() async throws(Failure) {
    (rows, failure, returned) = (nil, nil, 0)
    await complete(by: EventLoop.now() + timeoutNs) {
      mysql_reset_connection_start(&returned, session)
    } _: { [self] in
      mysql_reset_connection_cont(&returned, session, $0)
    }
    if failure == nil, returned != 0 { takeError(mysql_errno(session), mysql_error(session)) }
    if let failure {
      close()
      throw .definite(failure)
    }
    // The server has forgotten them, and libmariadb what they belonged to.
    for statement in prepared.values { mysql_stmt_close(statement.handle) }
    prepared.removeAll()
    transaction = .idle
  }

  /// Executes; `told` hears the answer before anybody else and says whether it is to be lost.
  func executeNow(
    _ statement: Statement, _ values: [SQLValue], _ deadline: Int64?,
    told: ((CommandTrace.Reply) -> Bool)? = nil
  ) async throws(Failure) -> Rows {
    let sent = EventLoop.now()
    let deadline = deadline ?? sent + timeoutNs
    // A session in doubt may commit each statement by itself.
    let inTransaction = transactionStatus == .open
    let wasOpen = isOpen
    (rows, failure, returned) = (nil, nil, 0)
    if wasOpen { MySQLAnswers.await(session) }
    let isReady = await prepare(statement, values, deadline)
    if isReady { await perform(statement, values, deadline) }
    noteTransaction()
    if let told, told(answer) { loseReply() }
    if trace != nil { record(statement, values, sent) }
    return try result(of: statement, wasSent: wasOpen && isReady, inTransaction: inTransaction)
  }

  /// Prepares a statement this session has not seen; false, with `failure`, when that failed and
  /// the statement was not sent.
  private func prepare(
    _ statement: Statement, _ values: [SQLValue], _ deadline: Int64
  ) async -> Bool {
    guard isOpen else {
      fail(.connectionClosed)
      return false
    }
    guard statement.isPrepared, statement.isPreparable, prepared[statement.number] == nil else {
      return true
    }
    guard let handle = mysql_stmt_init(session) else {
      fail(.system("out of memory"))
      return false
    }
    let made = MySQLStatement(handle, statement.sql(in: schema))
    prepared[statement.number] = made
    await complete(by: deadline) {
      mysql_stmt_prepare_start(&returned, handle, made.text, UInt(made.length))
    } _: { [self] in
      mysql_stmt_prepare_cont(&returned, handle, $0)
    }
    // Where the session has ended, its statements have been closed with it.
    guard isOpen, failure == nil else { return false }
    if returned != 0 {
      takeError(mysql_stmt_errno(handle), mysql_stmt_error(handle))
    } else if !made.takes(values) {
      fail(.protocolViolation("\(statement.label) was given \(values.count) values"))
    }
    guard failure == nil else {
      if isOpen, prepared.removeValue(forKey: statement.number) != nil { mysql_stmt_close(handle) }
      return false
    }
    made.readColumns()
    return true
  }

  private func perform(
    _ statement: Statement, _ values: [SQLValue], _ deadline: Int64
  ) async {
    guard let made = prepared[statement.number] else {
      precondition(values.isEmpty, "a statement that is not prepared takes no values")
      return await query(statement, deadline)
    }
    let handle = made.handle
    guard made.bind(values) else {
      return takeError(mysql_stmt_errno(handle), mysql_stmt_error(handle))
    }
    await complete(by: deadline) {
      mysql_stmt_execute_start(&returned, handle)
    } _: { [self] in
      mysql_stmt_execute_cont(&returned, handle, $0)
    }
    guard isOpen, failure == nil else { return }
    if returned == 0, !made.names.isEmpty {
      await complete(by: deadline) {
        mysql_stmt_store_result_start(&returned, handle)
      } _: { [self] in
        mysql_stmt_store_result_cont(&returned, handle, $0)
      }
      guard isOpen, failure == nil else { return }
    }
    guard returned == 0 else {
      return takeError(mysql_stmt_errno(handle), mysql_stmt_error(handle))
    }
    guard !made.names.isEmpty else {
      rows = Rows(MySQLResult(affected: Int(truncatingIfNeeded: mysql_stmt_affected_rows(handle))))
      return
    }
    guard let result = made.fetch() else {
      return end(.protocolViolation("the rows make no sense"))
    }
    rows = Rows(result)
  }

  /// Sends a text as it is.
  private func query(_ statement: Statement, _ deadline: Int64) async {
    // Until the call is done libmariadb reads it from where it was told.
    let text = CText(statement.sql(in: schema))
    await complete(by: deadline) {
      mysql_real_query_start(&returned, session, text.start, UInt(text.length))
    } _: { [self] ready in
      withExtendedLifetime(text) { mysql_real_query_cont(&returned, session, ready) }
    }
    withExtendedLifetime(text) {}
    guard isOpen, failure == nil else { return }
    guard returned == 0 else { return takeError(mysql_errno(session), mysql_error(session)) }
    guard mysql_field_count(session) > 0 else {
      let changed = Int(truncatingIfNeeded: mysql_affected_rows(session))
      rows = Rows(MySQLResult(affected: statement.effect == .write ? changed : nil))
      return
    }
    stored = nil
    await complete(by: deadline) {
      mysql_store_result_start(&stored, session)
    } _: { [self] in
      mysql_store_result_cont(&stored, session, $0)
    }
    guard isOpen, failure == nil else { return }
    guard let stored else { return takeError(mysql_errno(session), mysql_error(session)) }
    self.stored = nil
    rows = Rows(MySQLResult(stored))
    mysql_free_result(stored)
  }

  /// Takes an error over, of the server's or of libmariadb's own, after which the session is of no use.
  private func takeError(_ number: UInt32, _ text: UnsafePointer<CChar>?) {
    let reason =
      MySQLAnswers.excess(of: session).map { .protocolViolation($0) }
      ?? Self.reason(Int(number), text.map { String(cString: $0) } ?? "")
    if case .server = reason { return fail(reason) }
    fail(reason)
    end(reason)
  }

  /// Numbers from 2000 and from 5000 are libmariadb's own (errmsg.h).
  static func reason(_ number: Int, _ text: String) -> Failure.Reason {
    switch number {
    case 2006, 2013, 2055: .connectionClosed
    case 0, 2000..<3000, 5000..<6000: .protocolViolation(text.isEmpty ? "no answer" : text)
    default: .server(code: "\(number)", message: text)
    }
  }

  /// What the answer says of the transaction; an error says nothing.
  private func noteTransaction() {
    guard isOpen else { return }
    switch failure {
    case nil:
      let isOpen = session.pointee.server_status & UInt32(SERVER_STATUS_IN_TRANS) != 0
      transaction = isOpen ? .open : .idle
    case .server(let code, _):
      if transaction == .open { transaction = MySQLErrors.status(after: code) }
    default: break
    }
  }
}

extension MySQLConnection: StatementExchange {
  public var backendNumber: Int32 { Int32(truncatingIfNeeded: backend) }

  static func certainty(
    of code: String, for effect: CommandEffect, inTransaction: Bool
  ) -> Failure.Certainty {
    MySQLErrors.certainty(of: code, for: effect, inTransaction: inTransaction)
  }

  var isInTransaction: Bool { transaction != .idle }
}

extension Statement {
  /// Whether every server can prepare it: MySQL refuses to prepare what begins a transaction (1295).
  fileprivate var isPreparable: Bool {
    switch effect {
    case .begin, .commit, .rollback: false
    case .read, .write, .script: true
    }
  }
}

/// A C string that stays where it is.
private final class CText {
  let start: UnsafeMutablePointer<CChar>
  let length: Int

  init(_ text: String) {
    let bytes = Array(text.utf8)
    length = bytes.count
    start = .allocate(capacity: length + 1)
    for (place, byte) in bytes.enumerated() { start[place] = CChar(bitPattern: byte) }
    start[length] = 0
  }

  deinit { start.deallocate() }
}
