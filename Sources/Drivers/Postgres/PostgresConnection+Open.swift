// How a session comes about: libpq's connection state machine, driven by the event loop. libpq
// looks host names up blocking: give addresses where the clock runs.

import CLibPQ

extension PostgresConnection {
  /// Connects and logs in.
  ///
  /// `deadline`, in ns of `EventLoop.now()`, is for all of it; `name` is what pg_stat_activity
  /// shows. What it throws is always definite: opening a session has no effect.
  public static func open(
    _ address: PostgresAddress, on loop: EventLoop, deadline: Int64, name: String? = nil
  ) async throws(Failure) -> PostgresConnection {
    loop.preconditionOnLoop()
    while true {
      do throws(Failure) {
        let session = try await establish(
          address.keywords(name: name), mayAsk: address.password != nil, on: loop, deadline)
        let connection = try PostgresConnection(session, in: address.schema, on: loop)
        try await connection.enterSchema(by: deadline)
        return connection
      } catch {
        // Linux: the unix socket's listen queue is full. There is nothing to poll for, so ask again.
        guard error.reason == queueFull, EventLoop.now() < deadline else { throw error }
        guard await loop.sleep(for: .milliseconds(1)) else { throw .definite(.gaveUp("cancelled")) }
      }
    }
  }

  /// Makes the address's schema the only one in which names without a schema are looked for and made.
  /// Not by a parameter at start-up, which a pooler refuses or silently ignores (pgbouncer,
  /// ignore_startup_parameters): here an answer says that it is done.
  func enterSchema(by deadline: Int64?) async throws(Failure) {
    guard let schema else { return }
    let set = Statement(
      "SET", "SET search_path TO \(schema)", effect: .rollback, prepared: false)
    do throws(Failure) {
      _ = try await executeNow(set, [], deadline)
    } catch {
      close()
      throw .definite(error.reason)
    }
  }

  private static let queueFull = Failure.Reason.system("the server's listen queue is full")

  private static func establish(
    _ keywords: [(String, String)], mayAsk: Bool, on loop: EventLoop, _ deadline: Int64
  ) async throws(Failure) -> OpaquePointer {
    guard let session = start(keywords) else { throw .definite(.system("out of memory")) }
    // Only so does the text, all there is of an error at this stage, tell its SQLSTATE.
    PQsetErrorVerbosity(session, PQERRORS_VERBOSE)
    var isOurs = true
    do throws(Failure) {
      var next = PQstatus(session) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
      while next != PGRES_POLLING_OK {
        guard next != PGRES_POLLING_FAILED else { throw .definite(refusal(session)) }
        // The socket may be another one after each poll.
        try await loop.wait(
          for: next == PGRES_POLLING_READING ? .read : .write, of: PQsocket(session),
          until: deadline)
        guard mayAsk else {
          next = PQconnectPoll(session)
          continue
        }
        guard let step = await PostgresLoginStep.poll(session, on: loop, until: deadline) else {
          isOurs = false
          throw .definite(.timeout)
        }
        next = step
      }
      return session
    } catch {
      if isOurs { PQfinish(session) }
      throw error
    }
  }

  private static func start(_ keywords: [(String, String)]) -> OpaquePointer? {
    PostgresEnvironment.forget()
    OpenSSLAtExit.keep()
    // Both lists end with NULL.
    let names = keywords.map { SQLValue.text($0.0) } + [.null]
    let values = keywords.map { SQLValue.text($0.1) } + [.null]
    return names.withTexts { names in
      values.withTexts { PQconnectStartParams(names.baseAddress, $0.baseAddress, 0) }
    }
  }

  /// Why a session could not be established, from libpq's text (in English: no locale is set).
  private static func refusal(_ session: OpaquePointer) -> Failure.Reason {
    let text = PQerrorMessage(session).map { String(cString: $0) } ?? ""
    if let match = text.firstMatch(of: /[A-Z]+: +([0-9A-Z]{5}): +([^\n]*)/) {
      return .server(code: String(match.1), message: String(match.2))
    }
    if text.contains("Connection refused") || text.contains("No such file or directory") {
      return .connectionRefused
    }
    if text.contains("Transport endpoint is not connected")
      || text.contains("Resource temporarily unavailable")
    {
      return queueFull
    }
    if text.contains("closed the connection unexpectedly") { return .connectionClosed }
    return .system(text.split(separator: "\n").first.map(String.init) ?? "cannot connect")
  }
}

extension PostgresAddress {
  /// The address in libpq's keywords (PostgreSQL manual §34.1.2), sorted where order is free.
  fileprivate func keywords(name: String?) -> [(String, String)] {
    var keywords = [
      ("host", host), ("port", String(port)), ("user", user), ("dbname", database),
      ("client_encoding", "UTF8"),
    ]
    if let password { keywords.append(("password", password)) }
    if let name { keywords.append(("application_name", name)) }
    for (keyword, value) in options.sorted(by: { $0.key < $1.key }) {
      keywords.append((keyword, value))
    }
    return keywords
  }
}
