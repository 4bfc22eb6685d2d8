// A session with PostgreSQL that blocks, for the few questions asked before a run. Clients of a run
// use the event loop's sessions instead. No question waits longer than it was given: behind a pooler a
// session may be let in and never be served.

internal import CLibPQ
internal import Glibc

/// A blocking session, closed when it goes. It belongs to the thread that made it.
final class BlockingPostgres {
  private let session: OpaquePointer
  private let seconds: Int

  enum Answer: Equatable {
    /// The rows' values as text.
    case rows([[String?]])
    /// The server's error: its SQLSTATE and its sentence. Of a session that is lost the code is empty and
    /// the text is libpq's.
    case error(code: String, message: String)
    /// No answer in time; the session is of no use any more.
    case silence
  }

  /// Connects; throws what `ExternalProbe` says of an address that can't be used.
  init(_ address: PostgresAddress, seconds: Int = 5) throws(ServerFailure) {
    let session = try ExternalProbe.connect(address, seconds: seconds)
    guard PQstatus(session) == CONNECTION_OK else {
      let failure = ExternalProbe.refusal(session, address)
      PQfinish(session)
      throw failure
    }
    self.session = session
    self.seconds = seconds
  }

  deinit { PQfinish(session) }

  /// Sends one statement and waits for what it brings.
  func ask(_ sql: String) -> Answer {
    guard PQsendQuery(session, sql) == 1 else { return lost }
    let end = ContinuousClock.now + .seconds(seconds)
    var size = AnswerSize()
    var answer: Answer?
    while true {
      // Before each result: asking for one that is not there waits for ever.
      while PQisBusy(session) == 1 {
        let left = (end - ContinuousClock.now) / .milliseconds(1)
        var entry = pollfd(fd: PQsocket(session), events: Int16(POLLIN), revents: 0)
        // A signal (EINTR) only makes it look again.
        if left <= 0 || poll(&entry, 1, Int32(left.rounded(.up))) == 0 { return .silence }
        guard size.allows(readingFrom: PQsocket(session), after: 0) else { return .silence }
        guard PQconsumeInput(session) == 1 else { break }
      }
      // A session that has died has its last words in the buffer, and libpq adds its own.
      guard let result = PQgetResult(session) else { return answer ?? lost }
      let next = read(result)
      if case .error = answer {} else { answer = next }
      PQclear(result)
    }
  }

  /// The first row of a question that can't be refused, or nothing.
  func row(_ sql: String) -> [String?] {
    if case .rows(let rows) = ask(sql) { rows.first ?? [] } else { [] }
  }

  private var lost: Answer {
    .error(code: "", message: String(cString: PQerrorMessage(session)))
  }

  private func read(_ result: OpaquePointer) -> Answer {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
      return .rows(
        (0..<PQntuples(result)).map { row in
          (0..<PQnfields(result)).map { column in
            PQgetisnull(result, row, column) == 1
              ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
          }
        })
    default:
      // What libpq itself ends a session with has no fields, only a text.
      guard let code = field("C", of: result) else { return lost }
      return .error(code: code, message: field("M", of: result) ?? "")
    }
  }

  private func field(_ letter: Unicode.Scalar, of result: OpaquePointer) -> String? {
    PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
  }
}
