// Statements over an exchange: prepared on first use, through the gate, into the trace, and what a
// missing or negative answer proves.

import CLibPQ

extension PostgresConnection {
  /// Executes a statement and waits for its rows.
  ///
  /// `deadline` is in ns of `EventLoop.now()`; nil allows `timeout` from now. Throws the server's
  /// error, classified by `SQLStates`, or `timeout` or `connectionClosed`, definite when the
  /// statement cannot have had an effect. A COMMIT that the server answered with a rollback is
  /// thrown as 25P02.
  public func execute(
    _ statement: Statement, _ values: [SQLValue] = [], deadline: Int64? = nil
  ) async throws(Failure) -> Rows {
    guard gate == nil else { return try await executeThroughGate(statement, values, deadline) }
    return try await executeNow(statement, values, deadline)
  }

  /// Makes the session what a new one is: without locks, settings, prepared statements or temporary
  /// tables (PostgreSQL manual, DISCARD ALL).
  public func renew() async throws(Failure) {
    _ = try await executeNow(Self.discardAll, [], nil)
    prepared.removeAll()
    try await enterSchema(by: nil)
  }

  private static let discardAll = Statement(
    "DISCARD ALL", "DISCARD ALL", effect: .rollback, prepared: false)

  /// Executes; `told` hears the answer before anybody else and says whether it is to be lost.
  func executeNow(
    _ statement: Statement, _ values: [SQLValue], _ deadline: Int64?,
    told: ((CommandTrace.Reply) -> Bool)? = nil
  ) async throws(Failure) -> Rows {
    guard !values.contains(where: \.holdsNUL) else {
      throw .definite(.gaveUp("PostgreSQL stores no NUL byte in text"))
    }
    let sent = EventLoop.now()
    let deadline = deadline ?? sent + timeoutNs
    let inTransaction = isInTransaction
    let wasOpen = isOpen
    notices.removeAll(keepingCapacity: true)
    let isReady = await prepare(statement, deadline)
    if isReady { await exchange(until: deadline) { start(statement, values) } }
    checkCommit(statement)
    if let told, told(answer) { loseReply() }
    if trace != nil { record(statement, values, sent) }
    return try result(of: statement, wasSent: wasOpen && isReady, inTransaction: inTransaction)
  }

  /// Prepares a statement this session has not seen; false, with `failure`, when that failed and
  /// the statement was not sent.
  private func prepare(_ statement: Statement, _ deadline: Int64) async -> Bool {
    guard statement.isPrepared, !prepared.contains(statement.number) else { return true }
    await exchange(until: deadline) {
      PQsendPrepare(session, statement.name, statement.sql(in: schema), 0, nil)
    }
    if failure == nil { prepared.insert(statement.number) }
    return failure == nil
  }

  private func start(_ statement: Statement, _ values: [SQLValue]) -> Int32 {
    guard statement.isPrepared else {
      precondition(values.isEmpty, "a statement that is not prepared takes no values")
      return PQsendQuery(session, statement.sql(in: schema))
    }
    return values.withTexts { texts in
      PQsendQueryPrepared(
        session, statement.name, Int32(values.count), texts.baseAddress, nil, nil, 0)
    }
  }

  /// COMMIT of a failed transaction succeeds as a rollback; only the tag tells.
  private func checkCommit(_ statement: Statement) {
    guard statement.effect == .commit, failure == nil, rows?.tag == "ROLLBACK" else { return }
    failure = .server(code: "25P02", message: "COMMIT was answered with ROLLBACK")
  }
}

extension PostgresConnection: StatementExchange {
  public var backendNumber: Int32 { backend }

  static func certainty(
    of code: String, for effect: CommandEffect, inTransaction: Bool
  ) -> Failure.Certainty {
    SQLStates.certainty(of: code, for: effect, inTransaction: inTransaction)
  }

  var isInTransaction: Bool {
    let status = transactionStatus
    return status == .open || status == .failed
  }
}

extension SQLValue {
  /// A C string would end there, and the value change silently.
  fileprivate var holdsNUL: Bool {
    if case .text(let text) = self { text.utf8.contains(0) } else { false }
  }
}

extension [SQLValue] {
  /// The values as C strings, NULL for null, valid during the call.
  func withTexts<Result>(
    _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 24)
    let starts = map { value -> Int? in
      let start = bytes.count
      switch value {
      case .null: return nil
      case .integer(let value): bytes.appendDecimal(value)
      case .text(let text): bytes.append(contentsOf: text.utf8)
      case .boolean(let value): bytes.append(UInt8(ascii: value ? "t" : "f"))
      }
      bytes.append(0)
      return start
    }
    return bytes.withUnsafeBytes { buffer in
      let base = buffer.assumingMemoryBound(to: CChar.self).baseAddress
      return starts.map { start in start.flatMap { offset in base.map { $0 + offset } } }
        .withUnsafeBufferPointer(body)
    }
  }
}
