// One client's session with PostgreSQL: libpq, never blocking, on the event loop; one statement at
// a time. It never reconnects and never repeats a statement. A session whose answer is overdue is
// closed; the server may still finish the statement, and rolls an open transaction back when it
// notices.

import CLibPQ

/// A session with a PostgreSQL server. It belongs to one event loop and is used there by one task
/// at a time. An open session lives until `close()` or its loop's end, even if it is forgotten.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class PostgresConnection: @unchecked Sendable {
  /// A message beside the answer, such as the WARNING of an unlock without a lock.
  public struct Notice: Sendable, Hashable {
    public let severity: String
    /// The SQLSTATE.
    public let code: String
    public let message: String
  }

  /// The loop it belongs to.
  public let loop: EventLoop
  /// How long a statement without a deadline of its own may take.
  public var timeout: Duration { .nanoseconds(timeoutNs) }
  let timeoutNs: Int64 = 5_000_000_000
  /// Passed by every statement before it is sent; nil lets all pass.
  public var gate: (any CommandGate)?
  /// Where steps are recorded; nil records none.
  public var trace: CommandTrace?
  /// What the server remarked on the last statement.
  public internal(set) var notices: [Notice] = []
  /// The server process of this session, for pg_terminate_backend and pg_blocking_pids.
  public let backend: Int32
  /// The schema of the run that the session belongs to: what `soldout.` stands for in statements.
  public let schema: String?
  /// The server's version, as 150004 for 15.4.
  public let serverVersion: Int

  let session: OpaquePointer
  let exchange: Exchange
  private let socket: Int32
  private var wantsWrite = false
  /// Whether statements can be sent; a session that was lost, timed out or closed stays closed.
  public private(set) var isOpen = true
  /// The numbers of the statements this session has prepared.
  var prepared: Set<Int> = []

  // What the last exchange brought.
  var rows: Rows?
  var failure: Failure.Reason?
  private var size = AnswerSize()
  /// When the answer, or the failure, was in; kept only while there is a trace.
  private(set) var received: Int64 = 0

  /// Takes over a session that has been established.
  init(_ session: OpaquePointer, in schema: String?, on loop: EventLoop) throws(Failure) {
    self.session = session
    self.schema = schema
    self.loop = loop
    exchange = Exchange(on: loop)
    socket = PQsocket(session)
    backend = PQbackendPID(session)
    serverVersion = Int(PQserverVersion(session))
    PQsetnonblocking(session, 1)
    let error = loop.watch(socket, .read, by: self)
    guard error == 0 else {
      isOpen = false
      PQfinish(session)
      throw .definite(.system(System.text(errno: error)))
    }
    exchange.own(by: self)
    PQsetNoticeReceiver(session, takeNotice, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Where the session's transaction stands (PQtransactionStatus).
  public var transactionStatus: TransactionStatus {
    guard isOpen else { return .unknown }
    switch PQtransactionStatus(session) {
    case PQTRANS_IDLE: return .idle
    case PQTRANS_INTRANS: return .open
    case PQTRANS_INERROR: return .failed
    default: return .unknown
    }
  }

  /// Closes the session; a statement under way fails with `connectionClosed`.
  public func close() {
    loop.preconditionOnLoop()
    end(.connectionClosed)
  }

  private func end(_ reason: Failure.Reason) {
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(socket)
    PQfinish(session)
    if exchange.isUnderWay { fail(reason) }
    exchange.stop()
  }

  // MARK: One exchange

  /// Sends by `send`, which returns 0 when libpq refuses, and suspends until the server is ready
  /// for the next statement or `failure` says why not.
  func exchange(until deadline: Int64, _ send: () -> Int32) async {
    loop.preconditionOnLoop()
    precondition(!exchange.isUnderWay, "a connection carries one exchange at a time")
    rows = nil
    failure = nil
    size = AnswerSize()
    guard isOpen else { return fail(.connectionClosed) }
    await exchange.run(until: deadline) {
      guard send() == 1 else { return end(.connectionClosed) }
      flush()
    }
  }

  /// Turns an answered exchange into a lost one, as a broken connection would have.
  func loseReply() {
    end(.connectionClosed)
    if failure == nil { fail(.connectionClosed) }
  }

  private func fail(_ reason: Failure.Reason) {
    // A server that ends a session says why before it closes the socket.
    if failure == nil { failure = reason }
    if trace != nil { received = EventLoop.now() }
  }

  /// Sends what libpq holds back; asks for writability only when the socket is full.
  private func flush() {
    let result = PQflush(session)
    guard result >= 0 else { return end(.connectionClosed) }
    guard wantsWrite != (result == 1) else { return }
    wantsWrite = result == 1
    loop.rewatch(socket, wantsWrite ? [.read, .write] : .read)
  }

  /// Takes over results until the server is ready for the next statement. CommandComplete alone
  /// proves nothing: outside a transaction the commit comes after it, at Sync (PostgreSQL manual
  /// §55.2.3), and may fail; so the last error counts, and success only when all is in.
  private func collect() {
    while isOpen, PQisBusy(session) == 0 {
      guard let result = PQgetResult(session) else {
        if trace != nil { received = EventLoop.now() }
        return exchange.end()
      }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: rows = Rows(PostgresResult(result))
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        PQclear(result)
        return end(.protocolViolation("COPY is not supported"))
      default:
        if let error = serverError(in: result) { failure = error }
        PQclear(result)
        if PQstatus(session) == CONNECTION_BAD { return end(lossOfSession) }
      }
    }
  }

  /// Why libpq gave the session up. A message longer than all bounds is read into a buffer made for it,
  /// whole where the server is quick enough, and only what comes after shows that nothing was right.
  private var lossOfSession: Failure.Reason {
    let lines = String(cString: PQerrorMessage(session)).split(separator: "\n")
    guard let line = lines.last(where: { $0.contains("lost synchronization with server") }) else {
      return .connectionClosed
    }
    return .protocolViolation(String(line))
  }

  private func serverError(in result: OpaquePointer) -> Failure.Reason? {
    guard let code = field("C", of: result) else { return nil }
    return .server(code: code, message: field("M", of: result) ?? "")
  }
}

extension PostgresConnection: Watcher, ExchangeOwner {
  func ready(_ readiness: Readiness) {
    if readiness.contains(.write) && wantsWrite { flush() }
    guard isOpen, readiness.contains(.read) else { return }
    guard size.allows(readingFrom: socket) else {
      return end(.protocolViolation(AnswerSize.excess))
    }
    let isAlive = PQconsumeInput(session) == 1
    if exchange.isUnderWay {
      // Of a session that has died too: its last words are in the buffer.
      collect()
      if !isAlive { end(.connectionClosed) }
    } else {
      // Nothing is expected but notices, which arrive by themselves, and the end.
      _ = PQisBusy(session)
      if !isAlive || PQstatus(session) == CONNECTION_BAD { end(.connectionClosed) }
    }
  }

  func loopEnds() { end(.connectionClosed) }

  func overdue() { end(.timeout) }
}

/// A field of an error or notice, by its letter (PostgreSQL manual §55.8).
private func field(_ letter: Unicode.Scalar, of result: OpaquePointer?) -> String? {
  PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
}

/// libpq's notice receiver; a function, since a closure with context crashes the compiler.
private func takeNotice(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
  guard let context else { return }
  let connection = Unmanaged<PostgresConnection>.fromOpaque(context).takeUnretainedValue()
  connection.notices.append(
    PostgresConnection.Notice(
      severity: field("V", of: result) ?? "", code: field("C", of: result) ?? "",
      message: field("M", of: result) ?? ""))
}
