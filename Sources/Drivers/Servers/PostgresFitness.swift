// Whether the user's PostgreSQL is fit for runs: it takes writes, lets us create a
// schema, has room for the clients, and gives every session a server process of its own. Checked before
// anything is created there, by asking the server, never by guessing from its address.

/// A look at whether runs can be made on a PostgreSQL that we did not start.
public struct PostgresFitness {
  private let address: PostgresAddress
  /// Sessions that a run holds at once, at least.
  private let sessions: Int

  /// For runs of this many clients.
  public init(of address: PostgresAddress, clients: Int) {
    self.address = address
    // The run itself keeps one.
    sessions = clients + 1
  }

  /// Refuses, as `ServerFailure.unfit`, a server on which a run would fail or mean nothing.
  public func check() throws(ServerFailure) {
    let session = try BlockingPostgres(address)
    try checkWrites(on: session)
    try checkRoom(on: session)
    try checkOwnProcess(of: session)
  }

  private func unfit(_ reason: String, _ advice: String) -> ServerFailure {
    .unfit(address: address.description, reason: reason, advice: advice)
  }

  /// PostgreSQL manual §9.27 (pg_is_in_recovery, has_database_privilege) and §20.11
  /// (default_transaction_read_only).
  private func checkWrites(on session: BlockingPostgres) throws(ServerFailure) {
    let facts = session.row(
      """
      SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), current_user,
        current_database(), has_database_privilege(current_database(), 'CREATE')
      """)
    guard facts.count == 5, let role = facts[2], let database = facts[3] else {
      throw unfit("it does not say whether it takes writes", "check what it is")
    }
    if facts[0] == "t" {
      throw unfit("it is a standby (in recovery), which takes no writes", "name the primary")
    }
    if facts[1] == "on" {
      throw unfit(
        "its transactions are read-only (default_transaction_read_only)",
        "ALTER ROLE \(role) SET default_transaction_read_only = off, or use another role")
    }
    if facts[4] == "f" {
      throw unfit(
        "role \(role) may not create a schema in database \(database)",
        "GRANT CREATE ON DATABASE \(database) TO \(role)")
    }
  }

  /// The limits of the role, the database and the server (PostgreSQL manual, CREATE ROLE, CREATE
  /// DATABASE and §20.3); how many connections others have now is not counted. Superusers know but
  /// the last.
  private func checkRoom(on session: BlockingPostgres) throws(ServerFailure) {
    let facts = session.row(
      """
      SELECT CASE WHEN r.rolsuper THEN -1 ELSE r.rolconnlimit END,
        CASE WHEN r.rolsuper THEN -1 ELSE d.datconnlimit END,
        current_setting('max_connections')::int - CASE WHEN r.rolsuper THEN 0
          ELSE current_setting('superuser_reserved_connections')::int END
      FROM pg_roles r, pg_database d
      WHERE r.rolname = session_user AND d.datname = current_database()
      """
    ).map { $0.flatMap { Int($0) } ?? -1 }
    let names = [
      "its role may have (CONNECTION LIMIT)", "its database may have (CONNECTION LIMIT)",
      "the server has (max_connections)",
    ]
    for (limit, name) in zip(facts, names) where limit >= 0 && limit < sessions {
      throw unfit(
        "\(sessions - 1) clients need \(sessions) connections, but \(limit) are all that \(name)",
        "raise the limit, or take fewer with --clients")
    }
  }
}

extension PostgresFitness {
  /// Sessions that are opened to see whether they share a server process: more than a pool that hands
  /// its processes out in turn (pgbouncer, server_round_robin) keeps idle for one test.
  private static let most = 8

  /// Refuses a pooler that hands server processes around by transaction or statement: prepared
  /// statements and session locks would be another client's a moment later. What shows it is one
  /// process serving two sessions that are both open, or one session served by two.
  private func checkOwnProcess(of session: BlockingPostgres) throws(ServerFailure) {
    guard let own = session.row("SELECT pg_backend_pid()").first ?? nil else {
      throw unfit("it does not say which process serves a session", "check what it is")
    }
    var others: [BlockingPostgres] = []
    var seen: Set = [own]
    while others.count < min(sessions - 1, Self.most) {
      let other = try BlockingPostgres(address)
      // Inside a transaction, a pool can't give the process to the next one.
      if case .error(_, let message) = other.ask("BEGIN") {
        throw unfit(
          "BEGIN is refused, as by a pooler that pools statements (\(message.prefix(120)))",
          Self.advice)
      }
      guard case .rows(let rows) = other.ask("SELECT pg_backend_pid()"),
        let process = rows.first?.first ?? nil
      else { throw full(others.count + 1) }
      guard process != own else { throw pooled(own) }
      seen.insert(process)
      others.append(other)
    }
    guard session.row("SELECT pg_backend_pid()") == [own] else { throw pooled(own) }
    // From here on a session is known to keep its process, and what is set stays with it.
    _ = session.ask("SET soldout.probe = 'set'")
    for other in others { _ = other.ask("ROLLBACK; SET soldout.probe = 'set'") }
    others.removeAll()
    try checkReset(of: seen, beside: session)
  }

  /// Refuses a pooler that hands a process on as its last session left it (pgbouncer,
  /// server_reset_query): the next client would find the statements we prepare.
  private func checkReset(
    of processes: Set<String>, beside session: BlockingPostgres
  ) throws(ServerFailure) {
    var others: [BlockingPostgres] = []
    var isLeft = false
    for _ in 0..<processes.count - 1 {
      // Those just closed may still count against a limit; that says nothing of a pooler.
      guard let other = try? BlockingPostgres(address) else { break }
      let facts = other.row(
        "SELECT pg_backend_pid(), current_setting('soldout.probe', true)")
      if facts.last == "set" {
        isLeft = true
        _ = other.ask("RESET soldout.probe")
      }
      others.append(other)
    }
    _ = session.ask("RESET soldout.probe")
    if isLeft {
      throw unfit(
        "a pooler hands sessions on without resetting them (server_reset_query is empty)",
        "set server_reset_query = DISCARD ALL, or connect past the pooler")
    }
  }

  private static let advice =
    "connect to the server itself, or to a pool in session mode (pool_mode = session)"

  private func pooled(_ process: String) -> ServerFailure {
    unfit(
      "a pooler hands its sessions around between transactions (server process \(process) served "
        + "two that were open at once), so prepared statements and session locks can't work",
      Self.advice)
  }

  private func full(_ served: Int) -> ServerFailure {
    unfit(
      "\(sessions - 1) clients need \(sessions) sessions, and with \(served) open it serves no more",
      "give the pool more (default_pool_size), or take fewer with --clients")
  }
}
