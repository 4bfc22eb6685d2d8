// What one Redis server held under a testbed's prefix when its stock was set, and the commands that
// bring it back. It touches no key outside the prefix, and of those only what was written.

import Drivers
import Harness

/// One server's keys.
struct RedisSnapshot {
  private let prefix: String
  private let server: ServerName
  private var restoring: [KeyID: RedisCommand] = [:]

  /// Takes the snapshot over a connection that no gate holds.
  init(
    of connection: RedisConnection, server: ServerName, prefix: String, keys: KeyTable
  ) async throws(Failure) {
    self.prefix = prefix
    self.server = server
    for name in try await Self.names(on: connection, prefix: prefix) {
      let id = keys.id(
        of: StoredKey(server: server, name: String(name.dropFirst(prefix.count))))
      restoring[id] = try await Self.restoring(name, on: connection)
    }
  }

  /// The keys that are there, sorted.
  static func names(
    on connection: RedisConnection, prefix: String
  ) async throws(Failure) -> [String] {
    var names: Set<String> = []
    try await connection.forEachKey(prefix + "*") { (keys) async throws(Failure) in
      names.formUnion(keys)
    }
    return names.sorted()
  }

  /// The command that makes a key what it is now.
  private static func restoring(
    _ name: String, on connection: RedisConnection
  ) async throws(Failure) -> RedisCommand {
    if case .bulk(let value)? = try? await connection.send(
      RedisCommand("GET", [.text(name)], effect: .read))
    {
      return RedisCommand("SET", [.text(name), .bytes(value)], effect: .write)
    }
    guard
      case .bulk(let dump) = try await connection.send(
        RedisCommand("DUMP", [.text(name)], effect: .read))
    else { throw .definite(.protocolViolation("DUMP answered no value")) }
    return RedisCommand("RESTORE", [.text(name), 0, .bytes(dump), "REPLACE"], effect: .write)
  }

  /// The numbers of the keys that were there.
  var keys: [KeyID] { Array(restoring.keys) }

  /// What makes every key what it was.
  var all: [RedisCommand] { Array(restoring.values) }

  /// What undoes writes to these keys.
  func undoing(_ written: some Sequence<KeyID>, keys: KeyTable) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    for id in written where keys[id].server == server {
      if let command = restoring[id] {
        commands.append(command)
      } else {
        // One by one: in a cluster keys of different slots can't go in one command.
        let name = prefix + keys[id].name
        commands.append(RedisCommand("UNLINK", [.text(name)], effect: .write))
      }
    }
    return commands
  }
}
