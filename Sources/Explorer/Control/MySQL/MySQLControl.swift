// A testbed's own connections to MySQL: who is blocked there, what its tables held when the stock was set,
// and the way back to that. No gate holds them and no client knows them.

import Drivers
import Harness

/// Control of a MySQL or MariaDB.
///
/// `@unchecked Sendable`: used by its testbed's tasks alone, on one loop.
final class MySQLControl: DatabaseControl, @unchecked Sendable {
  private let connection: MySQLConnection
  /// Asks who is blocked while the other connection is busy.
  private let looker: MySQLConnection
  /// The tables of the testbed's database when its stock was set.
  private var tables: [String] = []
  private var restoring: [Statement] = []
  /// What makes the tables' numbers go on from where they were; each ends a transaction.
  private var renumbering: [Statement] = []

  init(
    of address: MySQLAddress, on loop: EventLoop, deadline: Int64
  ) async throws(Failure) {
    connection = try await MySQLConnection.open(address, on: loop, deadline: deadline)
    looker = try await MySQLConnection.open(address, on: loop, deadline: deadline)
  }

  func close() {
    connection.close()
    looker.close()
  }

  // MARK: Sessions

  /// A session leaves the list after it has rolled back; one that waits for a lock does not
  /// notice that its client has gone, and is ended.
  func waitUntilGone(_ sessions: [Int32], on loop: EventLoop) async throws(Failure) {
    guard !sessions.isEmpty else { return }
    let list = sessions.map(String.init).joined(separator: ",")
    let present = Statement(
      "SELECT", "SELECT id FROM information_schema.processlist WHERE id IN (\(list))",
      effect: .read, prepared: false)
    for attempt in 0... {
      let rows = try await connection.execute(present)
      guard rows.count > 0 else { return }
      if attempt == 5 {
        for row in 0..<rows.count { await kill(rows.integer(row, 0) ?? 0) }
      }
      await loop.sleep(for: .microseconds(200))
    }
  }

  private func kill(_ session: Int) async {
    // That it has gone meanwhile is all that can go wrong.
    _ = try? await connection.execute(
      Statement("KILL", "KILL \(session)", effect: .read, prepared: false))
  }

  /// InnoDB's status is never stale, as information_schema's tables of locks are; the process list may
  /// say a moment too long that somebody waits, so that it is asked who has the lock.
  func blocked(
    among sessions: [Int32], asking names: [String]
  ) async throws(Failure) -> Set<Int32> {
    let status = try await looker.execute(Self.status).text(0, 2) ?? ""
    var found = Self.waiting(in: status)
    if !names.isEmpty {
      let waiting = try await looker.execute(Self.waitingByName)
      for name in names {
        guard let holder = try await looker.execute(Self.holder, [.text(name)]).integer() else {
          continue
        }
        for row in 0..<waiting.count {
          if let session = waiting.integer(row, 0), session != holder {
            found.insert(Int32(session))
          }
        }
      }
    }
    return found.intersection(sessions)
  }

  private static let status = Statement(
    "SHOW", "SHOW ENGINE INNODB STATUS", effect: .read, prepared: false)
  private static let waitingByName = Statement(
    "SELECT", "SELECT id FROM information_schema.processlist WHERE state = 'User lock'",
    effect: .read)
  private static let holder = Statement("SELECT", "SELECT IS_USED_LOCK($1)", effect: .read)

  /// The sessions whose transactions wait for a lock, in what SHOW ENGINE INNODB STATUS prints. What it
  /// tells of the last deadlock stands before, and is over.
  static func waiting(in status: String) -> Set<Int32> {
    var found: Set<Int32> = []
    var isInList = false
    var isWaiting = false
    for line in status.split(separator: "\n") {
      if line == "TRANSACTIONS" { isInList = true }
      guard isInList else { continue }
      if line.hasPrefix("---TRANSACTION") { isWaiting = false }
      if line.hasPrefix("LOCK WAIT") { isWaiting = true }
      guard isWaiting, let start = line.firstRange(of: "thread id ")?.upperBound else { continue }
      isWaiting = false
      if let session = Int32(line[start...].prefix { $0.isNumber }) { found.insert(session) }
    }
    return found
  }

  // MARK: Tables

  func keep(isOfProgram: Bool) async throws(Failure) {
    let rows = try await connection.execute(Self.names)
    tables = (0..<rows.count).compactMap { rows.text($0, 0) }
    for row in 0..<rows.count where isOfProgram {
      guard let table = rows.text(row, 0), let next = rows.text(row, 1) else { continue }
      renumbering.append(
        Statement(
          "DDL", "ALTER TABLE soldout.\(table) AUTO_INCREMENT = \(next)", effect: .write,
          prepared: false))
    }
    for table in tables {
      let copy = "soldout_start_\(table)"
      for sql in [
        "CREATE TABLE soldout.\(copy) LIKE soldout.\(table)",
        "INSERT INTO soldout.\(copy) SELECT * FROM soldout.\(table)",
      ] {
        _ = try await connection.execute(
          Statement("DDL", sql, effect: .write, prepared: false))
      }
      restoring += [
        Statement("DELETE", "DELETE FROM soldout.\(table)", effect: .write),
        Statement(
          "INSERT", "INSERT INTO soldout.\(table) SELECT * FROM soldout.\(copy)", effect: .write),
      ]
    }
  }

  func restore() async throws(Failure) {
    guard !restoring.isEmpty else { return }
    _ = try await connection.execute(.begin)
    for statement in restoring { _ = try await connection.execute(statement) }
    _ = try await connection.execute(.commit)
    for statement in renumbering { _ = try await connection.execute(statement) }
  }

  private static let names = Statement(
    "SELECT",
    """
    SELECT table_name, CAST(auto_increment AS CHAR) FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name NOT LIKE 'soldout\\_%' ORDER BY 1
    """, effect: .read)

  func rows() async throws(Failure) -> [String] {
    var facts: [String] = []
    for table in tables {
      let statement = Statement(
        "SELECT", "SELECT * FROM soldout.\(table) ORDER BY 1", effect: .read, prepared: false)
      let rows = try await connection.execute(statement)
      for row in 0..<rows.count {
        let values = (0..<rows.columns).map { rows.text(row, $0) ?? "NULL" }
        facts.append("\(table)(\(values.joined(separator: ",")))")
      }
    }
    return facts
  }
}

extension CommandDescription {
  /// The lock that it asks MySQL for by name.
  var lockName: String? {
    guard case .sql(let statement, let values) = payload, statement.sql.contains("GET_LOCK("),
      case .text(let name) = values.first
    else { return nil }
    return name
  }
}
