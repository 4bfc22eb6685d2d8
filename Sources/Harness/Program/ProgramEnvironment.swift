// What a program finds in its environment: the caller's own, without the names by which programs find
// their servers, so that no run ever reaches one that matters; then every usual name for the private ones.

import Drivers
import Foundation

/// The environment of a program's processes.
struct ProgramEnvironment: Sendable {
  private let inherited: [String: String]

  /// What the caller's names of servers begin with; ours too, which may hold passwords.
  static let foreign = [
    "REDIS", "PG", "DATABASE_", "MYSQL_", "MARIADB_", "SPRING_", "POSTGRES_", "DB_",
    "QUARKUS_DATASOURCE",
    "SOLDOUT_",
  ]

  init(
    of setup: ProgramSetup, caller: [String: String] = ProcessInfo.processInfo.environment
  ) {
    inherited = caller.filter { name, _ in !Self.foreign.contains { name.hasPrefix($0) } }
  }

  /// Everything but the servers, for the process of a number.
  func variables(for number: Int, seed: Seed) -> [String: String] {
    inherited.merging([
      "SOLDOUT_NODE": "n\(number)", "SOLDOUT_INSTANCE": "n\(number)", "SOLDOUT_SEED": "\(seed)",
      // Python keeps what it prints to a pipe until there is a page of it.
      "PYTHONUNBUFFERED": "1",
      // Else an exception of Spring's has no message that anything could be told by.
      "SERVER_ERROR_INCLUDE_MESSAGE": "always",
    ]) { _, new in new }
  }
}

/// How one process reaches the private servers: by ports of its own on 127.0.0.1, in the order of the
/// servers' list.
struct ProgramWay: Sendable {
  let servers: [any Backend]

  /// The usual names for them. Where there are two databases, those that name none are the first one's.
  var variables: [String: String] {
    servers.reduce(into: [:]) { all, server in
      all.merge(server.programVariables) { first, _ in first }
    }
  }
}
