// One client's session with MySQL or MariaDB: libmariadb's non-blocking calls on the event loop; one
// statement at a time. It never reconnects and never repeats a statement. A session whose answer is
// overdue is closed; the server may still finish the statement, and rolls an open transaction back when
// it notices.

import CMariaDB
import Glibc

/// A session with a MySQL or MariaDB server. It belongs to one event loop and is used there by one task
/// at a time. An open session lives until `close()` or its loop's end, even if it is forgotten.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class MySQLConnection: @unchecked Sendable {
  /// The loop it belongs to.
  public let loop: EventLoop
  /// How long a statement without a deadline of its own may take.
  public var timeout: Duration { .nanoseconds(timeoutNs) }
  let timeoutNs: Int64 = 5_000_000_000
  /// Passed by every statement before it is sent; nil lets all pass.
  public var gate: (any CommandGate)?
  /// Where steps are recorded; nil records none.
  public var trace: CommandTrace?
  /// The server's number of this session, for KILL and as PROCESSLIST has it.
  public let backend: Int
  /// The database of the run that the session belongs to: what `soldout.` stands for in statements.
  public let schema: String?
  /// What the server says of its version, such as `5.5.5-10.11.19-MariaDB` or `8.0.36`.
  public let serverVersion: String

  let session: UnsafeMutablePointer<MYSQL>
  let exchange: Exchange
  private let socket: Int32
  private var interest: Readiness = .read
  /// Goes on with the call under way once the socket is ready for what it waits for, which it returns
  /// anew, 0 when it is done; nil: none is under way.
  private var goOn: ((Int32) -> Int32)?
  private var awaited: Int32 = 0
  /// Whether statements can be sent; a session that was lost, timed out or closed stays closed.
  public private(set) var isOpen = true
  /// The statements this session has prepared, by number.
  var prepared: [Int: MySQLStatement] = [:]
  /// Where the transaction stands, but for a session that is lost.
  var transaction = TransactionStatus.idle

  // What the last exchange brought.
  var rows: Rows?
  var failure: Failure.Reason?
  /// What libmariadb's call returned, where it returns a number.
  var returned: Int32 = 0
  /// The rows that libmariadb has stored of a statement that was not prepared.
  var stored: UnsafeMutablePointer<MYSQL_RES>?
  /// When the answer, or the failure, was in; kept only while there is a trace.
  private(set) var received: Int64 = 0

  /// Takes over a session that has been established.
  init(
    _ session: UnsafeMutablePointer<MYSQL>, in schema: String?, on loop: EventLoop
  ) throws(Failure) {
    self.session = session
    self.schema = schema
    self.loop = loop
    exchange = Exchange(on: loop)
    socket = Self.descriptor(of: session)
    backend = Int(mysql_thread_id(session))
    serverVersion = mysql_get_server_info(session).map { String(cString: $0) } ?? ""
    let error = loop.watch(socket, .read, by: self)
    guard error == 0 else {
      isOpen = false
      MySQLAnswers.forget(session)
      mysql_close(session)
      throw .definite(.system(System.text(errno: error)))
    }
    exchange.own(by: self)
  }

  static func descriptor(of session: UnsafeMutablePointer<MYSQL>) -> Int32 {
    Int32(truncatingIfNeeded: mysql_get_socket(session))
  }

  /// Where the session's transaction stands: as the last answer said and, since an error says nothing,
  /// as `MySQLErrors` knows.
  public var transactionStatus: TransactionStatus { isOpen ? transaction : .unknown }

  /// Closes the session; a statement under way fails with `connectionClosed`.
  public func close() {
    loop.preconditionOnLoop()
    end(.connectionClosed)
  }

  func end(_ reason: Failure.Reason) {
    guard isOpen else { return }
    isOpen = false
    loop.unwatch(socket)
    // A farewell is for who listens: the server may have stopped reading, and it would be waited for.
    if goOn != nil { shutdown(socket, Int32(SHUT_RDWR)) }
    goOn = nil
    MySQLAnswers.forget(session)
    mysql_close(session)
    // After the session, so that nothing is sent for them.
    for statement in prepared.values { mysql_stmt_close(statement.handle) }
    prepared = [:]
    if exchange.isUnderWay { fail(reason) }
    exchange.stop()
  }

  // MARK: One exchange

  /// Carries one of libmariadb's calls out: `start` begins it and says what it waits for, 0 when it is
  /// done; so does `goOn`, with what the socket is ready for.
  func complete(
    by deadline: Int64, _ start: () -> Int32, _ goOn: @escaping (Int32) -> Int32
  ) async {
    loop.preconditionOnLoop()
    precondition(!exchange.isUnderWay, "a connection carries one exchange at a time")
    guard isOpen else { return fail(.connectionClosed) }
    let waits = start()
    guard waits != 0 else { return noteReceived() }
    self.goOn = goOn
    await exchange.run(until: deadline) { expect(waits) }
  }

  private func expect(_ waits: Int32) {
    awaited = waits
    let wanted: Readiness = waits & MYSQL_WAIT_WRITE != 0 ? [.read, .write] : .read
    guard wanted != interest else { return }
    interest = wanted
    loop.rewatch(socket, wanted)
  }

  /// Turns an answered exchange into a lost one, as a broken connection would have.
  func loseReply() {
    end(.connectionClosed)
    if failure == nil { fail(.connectionClosed) }
  }

  func fail(_ reason: Failure.Reason) {
    // A server that ends a session says why before it closes the socket.
    if failure == nil { failure = reason }
    noteReceived()
  }

  private func noteReceived() {
    if trace != nil { received = EventLoop.now() }
  }
}

extension MySQLConnection: Watcher, ExchangeOwner {
  func ready(_ readiness: Readiness) {
    guard let goOn else {
      // Nothing is expected between statements but the end, announced (KILL) or not.
      if readiness.contains(.read) { end(.connectionClosed) }
      return
    }
    var ready: Int32 = 0
    if readiness.contains(.read) { ready |= MYSQL_WAIT_READ }
    if readiness.contains(.write) { ready |= MYSQL_WAIT_WRITE }
    guard ready & awaited != 0 else { return }
    let waits = goOn(ready & awaited)
    guard waits == 0 else { return expect(waits) }
    self.goOn = nil
    noteReceived()
    expect(MYSQL_WAIT_READ)
    exchange.end()
  }

  func loopEnds() { end(.connectionClosed) }

  func overdue() { end(.timeout) }
}
