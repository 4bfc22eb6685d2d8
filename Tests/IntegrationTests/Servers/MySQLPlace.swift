// A database of a test's own on one private MariaDB that all tests share, ended with the test process.

import Testing

@testable import Drivers

/// Where a test's sessions go.
struct MySQLPlace: Sendable {
  let loop: EventLoop
  let address: MySQLAddress

  func connect() async throws(Failure) -> MySQLConnection {
    try await MySQLConnection.open(
      address, on: loop, deadline: EventLoop.now() + 20_000_000_000)
  }
}

private enum SharedMariaDB {
  /// Kept until the process ends, when the watchdog removes it.
  static let server: Result<(RunDirectory, MariaDBServer), ServerFailure> = {
    do throws(ServerFailure) {
      let run = try RunDirectory()
      var options = MariaDBOptions()
      options.maxConnections = 400
      return .success((run, try MariaDBServer.start(options, in: run)))
    } catch {
      return .failure(error)
    }
  }()
}

/// Runs `body` on an event loop with a database that nobody else uses.
func withMySQL<Result: Sendable>(
  _ body: @Sendable @escaping (MySQLPlace) async throws -> Result
) throws -> Result {
  var address = try SharedMariaDB.server.get().1.address
  let name = "soldout_test_\(UInt32.random(in: 0...UInt32.max))"
  let admin = try BlockingMySQL(address)
  #expect(admin.ask("CREATE DATABASE \(name)") == .rows([]))
  defer { #expect(admin.ask("DROP DATABASE \(name)") == .rows([])) }
  address.schema = name
  let found = address
  return try EventLoop.run { loop async throws -> Result in
    try await body(MySQLPlace(loop: loop, address: found))
  }
}

/// How a statement fails; nil: it doesn't.
func failure(
  of session: MySQLConnection, _ statement: Statement, _ values: [SQLValue] = [],
  within patience: Int64 = 20_000_000_000
) async -> Failure? {
  do throws(Failure) {
    _ = try await session.execute(statement, values, deadline: EventLoop.now() + patience)
    return nil
  } catch {
    return error
  }
}

extension MySQLConnection {
  /// Ends another session.
  func kill(_ other: MySQLConnection) async throws(Failure) {
    _ = try await execute(
      Statement("KILL", "KILL \(other.backend)", effect: .read, prepared: false))
  }
}
