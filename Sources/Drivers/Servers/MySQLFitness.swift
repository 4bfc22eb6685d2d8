// Whether the user's MySQL or MariaDB is fit for runs: it takes writes, lets us create a
// database, keeps tables in InnoDB, and has room for the clients. Checked before anything else is created
// there, by asking the server.

/// A look at whether runs can be made on a MySQL that we did not start.
public struct MySQLFitness {
  private let address: MySQLAddress
  /// Sessions that a run holds at once, at least.
  private let sessions: Int

  /// For runs of this many clients.
  public init(of address: MySQLAddress, clients: Int) {
    self.address = address
    // The run itself keeps one.
    sessions = clients + 1
  }

  /// Refuses, as `ServerFailure.unfit`, a server on which a run would fail or mean nothing.
  public func check() throws(ServerFailure) {
    let session = try BlockingMySQL(address)
    try checkEngine(on: session)
    try checkRoom(on: session)
    try checkRights(on: session)
  }

  private func unfit(_ reason: String, _ advice: String) -> ServerFailure {
    .unfit(address: address.description, reason: reason, advice: advice)
  }

  /// Without transactions nothing that is tried here means anything.
  private func checkEngine(on session: BlockingMySQL) throws(ServerFailure) {
    guard let engine = session.row("SELECT @@default_storage_engine").first ?? nil else {
      throw unfit("it does not say how it keeps tables", "check what it is")
    }
    guard engine.lowercased() == "innodb" else {
      throw unfit(
        "its tables are kept in \(engine), which has no transactions",
        "set default_storage_engine = InnoDB")
    }
  }

  /// How many connections others have now is not counted.
  private func checkRoom(on session: BlockingMySQL) throws(ServerFailure) {
    let facts = session.row("SELECT @@max_connections, @@max_user_connections")
      .map { $0.flatMap { Int($0) } ?? 0 }
    let names = ["the server has (max_connections)", "its user may have (max_user_connections)"]
    // 0 is no limit.
    for (limit, name) in zip(facts, names) where limit > 0 && limit < sessions {
      throw unfit(
        "\(sessions - 1) clients need \(sessions) connections, but \(limit) are all that \(name)",
        "raise the limit, or take fewer with --clients")
    }
  }

  /// By making a database of a run's name, and removing it: a server that takes no writes says so then.
  private func checkRights(on session: BlockingMySQL) throws(ServerFailure) {
    let name =
      "soldout_" + String(UInt64.random(in: 0xf000_0000_0000...0xffff_ffff_ffff), radix: 16)
    switch session.ask("CREATE DATABASE \(name)") {
    case .rows: break
    case .error(number: 1044, _), .error(number: 1227, _):
      let user = (session.row("SELECT CURRENT_USER()").first ?? nil) ?? address.user
      throw unfit(
        "\(user) may not create a database for a run",
        "GRANT ALL ON `soldout\\_%`.* TO \(Self.quoted(user))")
    case .error(let number, let message):
      throw unfit(
        "it creates no database (\(number): \(message.prefix(120)))",
        "name a server that takes writes, and a user who may create databases")
    }
    guard case .rows = session.ask("DROP DATABASE \(name)") else {
      throw unfit(
        "it creates databases but does not drop them (\(name) is left)",
        "GRANT DROP ON `soldout\\_%`.* TO the user, and drop it")
    }
  }

  /// An account as statements have it: `'shop'@'%'`.
  private static func quoted(_ account: String) -> String {
    account.split(separator: "@", maxSplits: 1).map { "'\($0)'" }.joined(separator: "@")
  }
}

extension ExternalProbe {
  /// What is out of the ordinary about a MySQL, a clause each: `transaction_isolation READ-COMMITTED`.
  public static func facts(
    of address: MySQLAddress, seconds: Int = 5
  ) throws(ServerFailure) -> [String] {
    let session = try BlockingMySQL(address, seconds: seconds)
    let names = mysqlOrdinary.map { "'\($0.name)'" }.joined(separator: ", ")
    guard case .rows(let rows) = session.ask("SHOW VARIABLES WHERE Variable_name IN (\(names))")
    else { return [] }
    let found = rows.compactMap { row in
      if row.count == 2, let name = row[0], let value = row[1] { (name, value) } else { nil }
    }
    return mysqlFacts(Dictionary(found, uniquingKeysWith: { first, _ in first }))
  }

  /// Settings that differ from what they ordinarily are, by name.
  static func mysqlFacts(_ settings: [String: String]) -> [String] {
    mysqlOrdinary.compactMap { name, value in
      guard let found = settings[name], found != value else { return nil }
      return "\(name) \(found)"
    }
  }

  /// Settings that decide the outcome of commits and conflicts, with MySQL's defaults. MariaDB has called the
  /// isolation tx_isolation until 11.1, and has snapshot isolation on from 11.6.2.
  private static let mysqlOrdinary = [
    (name: "transaction_isolation", value: "REPEATABLE-READ"),
    (name: "tx_isolation", value: "REPEATABLE-READ"),
    (name: "innodb_snapshot_isolation", value: "OFF"),
    (name: "innodb_flush_log_at_trx_commit", value: "1"),
    (name: "innodb_lock_wait_timeout", value: "50"),
    (name: "innodb_rollback_on_timeout", value: "OFF"),
    (name: "innodb_deadlock_detect", value: "ON"), (name: "autocommit", value: "ON"),
  ]
}
