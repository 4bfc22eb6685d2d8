// The place on the servers where one run's data lives: a key prefix and a schema that nobody else
// uses. It must be empty before and is removed after; nothing outside it is ever touched, so that
// soldout can be pointed at a server that others use.

package import Drivers
import Foundation

/// Creates and removes a run's prefix and schema.
package struct Namespace {
  private let topology: Topology
  private let loop: EventLoop

  package init(_ topology: Topology, on loop: EventLoop) {
    self.topology = topology
    self.loop = loop
  }

  private var deadline: Int64 { EventLoop.now() + 30_000_000_000 }

  package func create() async throws(Failure) {
    for address in topology.allRedis {
      let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
      defer { connection.close() }
      var found = 0
      try await forEachKey(of: connection) { (keys) async throws(Failure) in found += keys.count }
      guard found == 0 else {
        throw .definite(.gaveUp("\(found) keys begin with \(topology.prefix) already"))
      }
    }
    for address in topology.allPostgres {
      let connection = try await PostgresConnection.open(address, on: loop, deadline: deadline)
      defer { connection.close() }
      try await createSchema(over: connection)
    }
    if let address = topology.mysql { try await createDatabase(at: address) }
  }

  /// Makes the database with a table in it that says whose it is: MySQL's databases bear no comments.
  private func createDatabase(at address: MySQLAddress) async throws(Failure) {
    let connection = try await outside(address)
    defer { connection.close() }
    for sql in [
      // Fails with 1007 if the database exists.
      "CREATE DATABASE \(topology.schema)",
      """
      CREATE TABLE \(topology.schema).\(Self.markedTable) (begun integer)
      COMMENT = '\(Self.mark)\(Date().formatted(.iso8601))'
      """,
    ] {
      let create = Statement("DDL", sql, effect: .write, prepared: false)
      _ = try await connection.execute(create, deadline: deadline)
    }
  }

  /// A session that is in no place: sessions begin in their run's database, which must exist.
  private func outside(_ address: MySQLAddress) async throws(Failure) -> MySQLConnection {
    var address = address
    address.schema = nil
    return try await MySQLConnection.open(address, on: loop, deadline: deadline)
  }

  /// The table that says whose a database is.
  static let markedTable = "soldout_place"

  /// Makes the schema, and makes sure that it is where tables without a schema go, before any is made.
  private func createSchema(over connection: PostgresConnection) async throws(Failure) {
    // Fails with 42P06 if the schema exists.
    let create = Statement(
      "DDL",
      """
      CREATE SCHEMA \(topology.schema);
      COMMENT ON SCHEMA \(topology.schema) IS '\(Self.mark)\(Date().formatted(.iso8601))'
      """, effect: .write, prepared: false)
    _ = try await connection.execute(create, deadline: deadline)
    let look = Statement("SELECT", "SELECT current_schema()", effect: .read, prepared: false)
    let schema = try await connection.execute(look, deadline: deadline).text()
    guard schema == topology.schema else {
      throw .definite(
        .gaveUp(
          "tables would be made in schema \(schema ?? "(none)") instead of \(topology.schema), "
            + "as behind a pooler that does not keep what a session sets"))
    }
  }

  package func remove() async throws(Failure) {
    for address in topology.allRedis {
      let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
      defer { connection.close() }
      try await forEachKey(of: connection) { (keys) async throws(Failure) in
        // One by one, in one piece: on a cluster one command's keys share a slot.
        let unlinks = keys.map { RedisCommand("UNLINK", [$0], effect: .write) }
        for case .error(let message) in try await connection.send(unlinks, deadline: deadline) {
          throw .indefinite(.server(code: RedisErrors.code(of: message), message: message))
        }
      }
    }
    for address in topology.allPostgres {
      let connection = try await PostgresConnection.open(address, on: loop, deadline: deadline)
      defer { connection.close() }
      let drop = Statement(
        "DDL", "DROP SCHEMA \(topology.schema) CASCADE", effect: .write, prepared: false)
      _ = try await connection.execute(drop, deadline: deadline)
    }
    if let address = topology.mysql {
      let connection = try await outside(address)
      defer { connection.close() }
      let drop = Statement(
        "DDL", "DROP DATABASE \(topology.schema)", effect: .write, prepared: false)
      _ = try await connection.execute(drop, deadline: deadline)
    }
  }

  /// Begins the comment on every schema of a run, by which it is known to be soldout's.
  private static let mark = "soldout: the place of one run, begun "

  /// When the run of a schema's comment began; nil: the comment is not ours.
  static func begun(in comment: String) -> String? {
    comment.hasPrefix(mark) ? String(comment.dropFirst(mark.count)) : nil
  }

  /// Visits every key under the prefix, some at a time (SCAN: each at least once).
  private func forEachKey(
    of connection: RedisConnection,
    _ body: ([RedisArgument]) async throws(Failure) -> Void
  ) async throws(Failure) {
    var cursor = "0"
    repeat {
      let scan = RedisCommand(
        "SCAN",
        [.text(cursor), "MATCH", .text(topology.prefix + "*"), "COUNT", 1000], effect: .read)
      guard let page = try await connection.send(scan, deadline: deadline).elements,
        page.count == 2, let next = page[0].text, let keys = page[1].elements
      else { throw .definite(.protocolViolation("SCAN answered something else")) }
      let names = keys.compactMap(\.text).map(RedisArgument.text)
      if !names.isEmpty { try await body(names) }
      cursor = next
    } while cursor != "0"
  }
}
