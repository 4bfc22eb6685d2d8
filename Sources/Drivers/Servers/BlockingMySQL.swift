// A session with MySQL or MariaDB that blocks, for the few questions asked before a run. Clients of a run
// use the event loop's sessions instead. No question waits longer than it was given.

internal import CMariaDB
internal import Glibc

/// A blocking session, closed when it goes. It belongs to the thread that made it.
final class BlockingMySQL {
  private let session: UnsafeMutablePointer<MYSQL>
  private let seconds: Int

  enum Answer: Equatable {
    /// The rows' values as text; none of a statement that returns none.
    case rows([[String?]])
    /// The error's number and sentence, of the server's or of the library's own (from 2000).
    case error(number: Int, message: String)
  }

  /// Connects; throws what is to be said of an address that can't be used.
  init(_ address: MySQLAddress, seconds: Int = 5) throws(ServerFailure) {
    MySQLConnection.startLibrary()
    guard let session = mysql_init(nil) else {
      throw .unreachable(address: address.description, reason: "out of memory")
    }
    var timeout = UInt32(seconds)
    for option in [MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT] {
      mysql_options(session, option, &timeout)
    }
    mysql_options(session, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    MySQLConnection.refuseFiles(session)
    MySQLAnswers.await(session, by: Self.end(in: seconds))
    var way =
      address.socket == nil ? MYSQL_PROTOCOL_TCP.rawValue : MYSQL_PROTOCOL_SOCKET.rawValue
    mysql_options(session, MYSQL_OPT_PROTOCOL, &way)
    let connected = mysql_real_connect(
      session, address.socket == nil ? address.host : nil, address.user, address.password ?? "",
      address.schema ?? address.database, UInt32(address.port), address.socket, 0)
    guard connected != nil else {
      let failure = Self.refusal(session, address)
      MySQLAnswers.forget(session)
      mysql_close(session)
      throw failure
    }
    self.session = session
    self.seconds = seconds
  }

  deinit {
    MySQLAnswers.forget(session)
    mysql_close(session)
  }

  private static func end(in seconds: Int) -> Int64 {
    EventLoop.now() + Int64(seconds) * 1_000_000_000
  }

  /// What the server said of its version when it greeted.
  var greeting: String { mysql_get_server_info(session).map { String(cString: $0) } ?? "" }

  /// The server's number of this session.
  var backend: Int { Int(mysql_thread_id(session)) }

  /// Sends one statement and waits for what it brings.
  func ask(_ sql: String) -> Answer {
    MySQLAnswers.await(session, by: Self.end(in: seconds))
    guard mysql_query(session, sql) == 0 else { return error }
    guard mysql_field_count(session) > 0 else { return .rows([]) }
    guard let stored = mysql_store_result(session) else { return error }
    defer { mysql_free_result(stored) }
    let width = Int(mysql_num_fields(stored))
    var rows: [[String?]] = []
    while let row = mysql_fetch_row(stored) {
      rows.append((0..<width).map { row[$0].map { String(cString: $0) } })
    }
    return .rows(rows)
  }

  /// The first row of a question that can't be refused, or nothing.
  func row(_ sql: String) -> [String?] {
    if case .rows(let rows) = ask(sql) { rows.first ?? [] } else { [] }
  }

  private var error: Answer {
    .error(
      number: Int(mysql_errno(session)),
      message: MySQLAnswers.excess(of: session)
        ?? mysql_error(session).map { String(cString: $0) } ?? "")
  }

  /// 1045: a wrong user or password; 1698: the user may come by another way only.
  private static func refusal(
    _ session: UnsafeMutablePointer<MYSQL>, _ address: MySQLAddress
  ) -> ServerFailure {
    if let excess = MySQLAnswers.excess(of: session) {
      return .unreachable(address: address.description, reason: "it gives \(excess)")
    }
    let text = mysql_error(session).map { String(cString: $0) } ?? ""
    switch mysql_errno(session) {
    case 1045, 1698:
      return address.password == nil
        ? .passwordNeeded(address: address.description)
        : .passwordRefused(address: address.description)
    default:
      return .unreachable(
        address: address.description, reason: lastLines(of: text, count: 1).joined())
    }
  }
}

extension ExternalProbe {
  /// The first MySQL with GET_LOCK by name more than once a session, and NOWAIT; the MariaDB that the
  /// oldest distributions in use ship (Ubuntu 22.04: 10.6).
  public static let oldestMySQL = ServerVersion(8)
  public static let oldestMariaDB = ServerVersion(10, 5)

  /// Connects and returns what the server is.
  public static func mysql(
    _ address: MySQLAddress, seconds: Int = 5
  ) throws(ServerFailure) -> ServerIdentity {
    let session = try BlockingMySQL(address, seconds: seconds)
    guard let identity = ServerIdentity(greeting: session.greeting) else {
      throw .unreachable(address: address.description, reason: "it does not state its version")
    }
    let isMariaDB = identity.product == .mariadb
    try require(
      identity.version, atLeast: isMariaDB ? oldestMariaDB : oldestMySQL,
      of: "\(isMariaDB ? "MariaDB" : "MySQL") at \(address)")
    return identity
  }
}
