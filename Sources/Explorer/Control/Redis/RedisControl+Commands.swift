// What a Redis says of its own commands: which words are keys, and whether a command changes any.

import Drivers

extension RedisControl {
  /// The keys that a command names; nil: it has none, or the server can't tell (Redis manual, COMMAND
  /// GETKEYS).
  func keys(of words: [String]) async throws(Failure) -> [String]? {
    let ask = RedisCommand(
      "COMMAND", ["GETKEYS"] + words.map { .text($0) }, effect: .read)
    do throws(Failure) {
      return try await connection.send(ask).elements?.compactMap(\.text)
    } catch {
      guard case .server = error.reason else { throw error }
      return nil
    }
  }

  /// Whether a command changes no key (Redis manual, COMMAND INFO, flag `readonly`).
  func isReadOnly(_ verb: String) async throws(Failure) -> Bool {
    let ask = RedisCommand("COMMAND", ["INFO", .text(verb)], effect: .read)
    let flags = try await connection.send(ask).elements?.first?.elements?.dropFirst(2).first
    return flags?.elements?.contains { $0.text == "readonly" } ?? false
  }

  /// Whether databases other than the first hold anything (Redis manual, INFO, section keyspace).
  func hasFurtherDatabases() async throws(Failure) -> Bool {
    let info = try await connection.send(RedisCommand("INFO", ["keyspace"], effect: .read)).text
    return (info ?? "").split(whereSeparator: \.isNewline).contains {
      $0.hasPrefix("db") && !$0.hasPrefix("db0:")
    }
  }

  /// Returns once everything that was sent before has been written to whom it concerns.
  func ping() async throws(Failure) {
    _ = try await connection.send(RedisCommand("PING", effect: .read))
  }
}
