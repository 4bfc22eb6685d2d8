// What a program's commands touch. Which words of a Redis command are keys, and whether it only reads, the
// server itself says (COMMAND INFO, COMMAND GETKEYS); what is not known counts as touching everything.

import Drivers
import Harness

/// Reads what the processes of one testbed send.
///
/// Confined to the testbed's loop.
final class ProgramCommandReader {
  private let keys: KeyTable
  /// By verb, whether a command changes no key.
  private var readOnly: [String: Bool] = [:]
  private var commands: [[String]: KnownCommand] = [:]
  /// By connection, the keys that it watches.
  private var watched: [DrivenSystem.Connection.ID: UInt64] = [:]

  /// How many commands are remembered at most; those with random words never come again.
  private static let capacity = 4096
  /// All keys of all Redis servers.
  private static let everything = ~KeyTable.database

  init(keys: KeyTable) { self.keys = keys }

  /// What a unit does.
  func read(
    _ requests: [ProxyRequest], on connection: DrivenSystem.Connection,
    asking control: [RedisControl]
  ) async throws(Failure) -> KnownCommand {
    guard let redis = control.first(where: { $0.name == connection.server }) else {
      var all = KnownCommand(kind: .database)
      for request in requests {
        all.footprint.formUnion(CommandReader.footprint(sql: request.text))
      }
      return all
    }
    var all = KnownCommand()
    for request in requests {
      let known = try await read(request, at: connection.server, asking: redis)
      all.footprint.formUnion(known.footprint)
      all.publishes = all.publishes || known.publishes
      all.awaits = known.awaits ?? all.awaits
      follow(request, known, on: connection.id, &all)
    }
    return all
  }

  /// EXEC does nothing if a watched key has changed (Redis manual, "Transactions").
  private func follow(
    _ request: ProxyRequest, _ known: KnownCommand, on connection: DrivenSystem.Connection.ID,
    _ all: inout KnownCommand
  ) {
    switch request.verb {
    case "WATCH": watched[connection, default: 0] |= known.footprint.reads | known.footprint.writes
    case "EXEC":
      all.footprint.reads |= watched[connection] ?? 0
      watched[connection] = nil
    case "DISCARD", "UNWATCH", "RESET": watched[connection] = nil
    default: break
    }
  }

  private func read(
    _ request: ProxyRequest, at server: ServerName, asking redis: RedisControl
  ) async throws(Failure) -> KnownCommand {
    if let known = commands[request.words] { return known }
    var known = KnownCommand()
    known.publishes = CommandReader.publishing.contains(request.verb)
    known.awaits = CommandReader.awaited(request.verb, request.words)
    if CommandReader.keyless.contains(request.verb),
      !["PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE"].contains(request.verb)
    {
      // It touches nothing by itself.
    } else if request.cut == 0, let names = try await redis.keys(of: request.words) {
      let reads = try await isReadOnly(request.verb, asking: redis)
      for name in names {
        let bit = keys.id(of: StoredKey(server: server, name: MaskedText.of(name))).bit
        if reads { known.footprint.reads |= bit } else { known.footprint.writes |= bit }
      }
    } else {
      known.footprint.writes = Self.everything
    }
    if commands.count >= Self.capacity { commands.removeAll(keepingCapacity: true) }
    commands[request.words] = known
    return known
  }

  private func isReadOnly(
    _ verb: String, asking redis: RedisControl
  ) async throws(Failure) -> Bool {
    if let known = readOnly[verb] { return known }
    // It only looks, though the server doesn't call it so.
    var isReadOnly = verb == "WATCH"
    if !isReadOnly { isReadOnly = try await redis.isReadOnly(verb) }
    readOnly[verb] = isReadOnly
    return isReadOnly
  }
}
