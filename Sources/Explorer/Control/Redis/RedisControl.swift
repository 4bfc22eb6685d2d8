// A testbed's own connection to a Redis: what it held when the stock was set, the way back to that, leases,
// and what is there. No gate holds it and no client knows it.

import Drivers
import Harness

/// Control of one Redis.
///
/// `@unchecked Sendable`: used by its testbed's tasks alone, on one loop.
final class RedisControl: @unchecked Sendable {
  let name: ServerName
  private let prefix: String
  private(set) var connection: RedisConnection
  private var snapshot: RedisSnapshot?

  init(
    of name: ServerName, at address: RedisAddress, prefix: String, on loop: EventLoop,
    deadline: Int64
  ) async throws(Failure) {
    (self.name, self.prefix) = (name, prefix)
    connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
  }

  /// Connects anew to a server that has died and come back.
  func reopen(_ address: RedisAddress, on loop: EventLoop, deadline: Int64) async throws(Failure) {
    connection.close()
    connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
  }

  func close() { connection.close() }

  // MARK: Keys

  /// Keeps what is there.
  func keep(_ keys: KeyTable) async throws(Failure) {
    snapshot = try await RedisSnapshot(
      of: connection, server: name, prefix: prefix, keys: keys)
  }

  /// The numbers of the keys that were there.
  var keptKeys: [KeyID] { snapshot?.keys ?? [] }

  /// Undoes writes to these keys.
  func restore(_ written: some Sequence<KeyID>, _ keys: KeyTable) async throws(Failure) {
    let undoing = snapshot?.undoing(written, keys: keys) ?? []
    if undoing.count == 1 {
      _ = try await connection.send(undoing[0])
    } else if !undoing.isEmpty {
      for case .error(let text) in try await connection.send(undoing) {
        throw .definite(.server(code: "", message: text))
      }
    }
  }

  /// Brings everything back to what was kept, whoever wrote what.
  func restoreAll() async throws(Failure) {
    let commands = [RedisCommand("FLUSHALL", ["SYNC"], effect: .write)] + (snapshot?.all ?? [])
    for case .error(let text) in try await connection.send(commands) {
      throw .definite(.server(code: "", message: text))
    }
  }

  /// What known keys hold: one fact each, the random names of its place taken out.
  func facts(of keys: KeyTable, in topology: Topology) async throws(Failure) -> [String] {
    var facts: [String] = []
    for key in keys.keys(of: name) {
      var value = try await value(of: prefix + key.name)
      // A program's place has no name of its own.
      if !topology.schema.isEmpty { value = value?.replacing(topology.schema, with: "soldout") }
      let place = topology.namedRedis.count > 1 ? "\(name.number):" : ""
      if let value { facts.append("\(place)\(key.name)=\(value)") }
    }
    return facts
  }

  private func value(of key: String) async throws(Failure) -> String? {
    func ask(_ verb: StaticString, _ more: RedisArgument...) async throws(Failure) -> RedisReply {
      try await connection.send(RedisCommand(verb, [.text(key)] + more, effect: .read))
    }
    switch try await ask("TYPE").text {
    case "string": return try await ask("GET").text ?? "…"
    case "hash": return "{\(Self.words(try await ask("HGETALL")))}"
    case "list": return "[\(Self.words(try await ask("LRANGE", 0, -1)))]"
    case "set": return "{\(Self.words(try await ask("SMEMBERS")))}"
    case "zset": return "<\(Self.words(try await ask("ZRANGE", 0, -1)))>"
    case "stream": return "stream of \(try await ask("XLEN").integer ?? 0)"
    default: return nil
    }
  }

  private static func words(_ reply: RedisReply) -> String {
    (reply.elements ?? []).map { $0.text ?? "…" }.joined(separator: " ")
  }

  // MARK: Leases

  /// The leases there are.
  func leases(of keys: KeyTable) async throws(Failure) -> [TransitionSystem.Lease] {
    let own = keys.keys(of: name)
    let replies = try await connection.send(
      own.map { RedisCommand("PTTL", [.text(prefix + $0.name)], effect: .read) })
    return zip(own, replies).compactMap { key, reply in
      guard let left = reply.integer, left >= 0 else { return nil }
      return TransitionSystem.Lease(key: key.id, server: name, left: left)
    }
  }

  /// Sets what is left of a key's lease, in ms; with none left the server deletes it (Redis manual, EXPIRE: "with a
  /// non-positive timeout … the key is deleted").
  func setLease(of key: String, left: Int) async throws(Failure) {
    let command = RedisCommand(
      "PEXPIRE", [.text(prefix + key), .integer(max(0, left))], effect: .write)
    _ = try await connection.send(command)
  }
}
