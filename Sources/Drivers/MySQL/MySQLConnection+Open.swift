// How a session comes about: libmariadb's handshake, driven by the event loop. It looks host names up
// blocking: give addresses where the clock runs.

import CMariaDB
import Glibc

extension MySQLConnection {
  /// Connects and logs in.
  ///
  /// `deadline`, in ns of `EventLoop.now()`, is for all of it; `name` is what the client calls its
  /// program. The session begins in the address's
  /// schema, which must exist. What it throws is always definite: opening a session has no effect.
  public static func open(
    _ address: MySQLAddress, on loop: EventLoop, deadline: Int64, name: String? = nil
  ) async throws(Failure) -> MySQLConnection {
    loop.preconditionOnLoop()
    while true {
      do throws(Failure) {
        let session = try await establish(address, name, on: loop, deadline)
        let connection = try MySQLConnection(session, in: address.schema, on: loop)
        try await connection.commitEachStatement(by: deadline)
        return connection
      } catch {
        // Linux: the unix socket's listen queue is full. There is nothing to poll for, so ask again.
        guard error.reason == queueFull, EventLoop.now() < deadline else { throw error }
        guard await loop.sleep(for: .milliseconds(1)) else { throw .definite(.gaveUp("cancelled")) }
      }
    }
  }

  /// Makes a statement outside a transaction commit by itself, where the server is set up otherwise.
  private func commitEachStatement(by deadline: Int64) async throws(Failure) {
    guard session.pointee.server_status & UInt32(SERVER_STATUS_AUTOCOMMIT) == 0 else { return }
    do throws(Failure) {
      _ = try await executeNow(Self.autocommit, [], deadline)
    } catch {
      close()
      throw .definite(error.reason)
    }
  }

  private static let autocommit = Statement(
    "SET", "SET autocommit = 1", effect: .rollback, prepared: false)

  private static let queueFull = Failure.Reason.system("the server's listen queue is full")

  /// Once, before there is a session: it is not safe to be done by two threads at once.
  private static let library: Void = {
    mysql_server_init(0, nil, nil)
    MySQLAnswers.watch()
  }()

  /// Makes libmariadb ready for use.
  static func startLibrary() { library }

  private static func establish(
    _ address: MySQLAddress, _ name: String?, on loop: EventLoop, _ deadline: Int64
  ) async throws(Failure) -> UnsafeMutablePointer<MYSQL> {
    startLibrary()
    guard let session = mysql_init(nil) else { throw .definite(.system("out of memory")) }
    let words = ConnectionExplanation(address)
    prepare(session, words.isLocal, name)
    MySQLAnswers.await(session)
    do throws(Failure) {
      var connected: UnsafeMutablePointer<MYSQL>?
      var waits = mysql_real_connect_start(
        &connected, session, words.host, words.user, words.password, words.database,
        UInt32(address.port), words.socket, UInt(CLIENT_FOUND_ROWS))
      while waits != 0 {
        // The socket may be another one after each step.
        let isWriting = waits & MYSQL_WAIT_WRITE != 0
        try await loop.wait(
          for: isWriting ? .write : .read, of: descriptor(of: session), until: deadline)
        waits = mysql_real_connect_cont(
          &connected, session, isWriting ? MYSQL_WAIT_WRITE : MYSQL_WAIT_READ)
      }
      // Also after the wait: until then libmariadb reads them.
      withExtendedLifetime(words) {}
      guard connected != nil else { throw .definite(refusal(session)) }
      return session
    } catch {
      let socket = descriptor(of: session)
      if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
      MySQLAnswers.forget(session)
      mysql_close(session)
      throw error
    }
  }

  private static func prepare(
    _ session: UnsafeMutablePointer<MYSQL>, _ isLocal: Bool, _ name: String?
  ) {
    mysql_options(session, MYSQL_OPT_NONBLOCK, nil)
    mysql_options(session, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    refuseFiles(session)
    // A host called localhost would else mean the socket that is compiled in.
    var way = isLocal ? MYSQL_PROTOCOL_SOCKET.rawValue : MYSQL_PROTOCOL_TCP.rawValue
    mysql_options(session, MYSQL_OPT_PROTOCOL, &way)
    _ = "program_name".withCString { key in
      (name ?? "soldout").withCString {
        mysql_options4(session, MYSQL_OPT_CONNECT_ATTR_ADD, key, $0)
      }
    }
  }

  /// Lets no server ask for a file of this machine's, which it may in the place of any answer (MySQL
  /// manual, Security Considerations for LOAD DATA LOCAL).
  static func refuseFiles(_ session: UnsafeMutablePointer<MYSQL>) {
    var allowed: UInt32 = 0
    mysql_options(session, MYSQL_OPT_LOCAL_INFILE, &allowed)
  }

  /// Why a session could not be established.
  static func refusal(_ session: UnsafeMutablePointer<MYSQL>) -> Failure.Reason {
    if let excess = MySQLAnswers.excess(of: session) { return .protocolViolation(excess) }
    let number = Int(mysql_errno(session))
    let text = mysql_error(session).map { String(cString: $0) } ?? ""
    switch number {
    case 2002, 2003, 2004:
      // The system's number stands in brackets: ECONNREFUSED, ENOENT; EAGAIN of a full queue.
      if text.hasSuffix("(\(EAGAIN))") { return queueFull }
      if text.hasSuffix("(\(ECONNREFUSED))") || text.hasSuffix("(\(ENOENT))") {
        return .connectionRefused
      }
      return .system(text)
    default: return reason(number, text)
    }
  }
}

/// What libmariadb reads while it connects, as C strings that stay where they are.
private final class ConnectionExplanation {
  let host: UnsafeMutablePointer<CChar>?
  let user: UnsafeMutablePointer<CChar>?
  let password: UnsafeMutablePointer<CChar>?
  let database: UnsafeMutablePointer<CChar>?
  let socket: UnsafeMutablePointer<CChar>?

  init(_ address: MySQLAddress) {
    host = address.socket == nil ? strdup(address.host) : nil
    user = strdup(address.user)
    // Without one libmariadb would take MYSQL_PWD, which was set for another program.
    password = strdup(address.password ?? "")
    database = (address.schema ?? address.database).flatMap { strdup($0) }
    socket = address.socket.flatMap { strdup($0) }
  }

  var isLocal: Bool { socket != nil }

  deinit {
    for word in [host, user, password, database, socket] { free(word) }
  }
}
