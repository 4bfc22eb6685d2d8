// The Redis commands that strategies are written in.
// Each knows whether it can change the stock; that decides what a lost reply means.

public import Drivers

/// A session's Redis connection, as strategies see it.
public struct RedisCommands {
  let session: Session

  /// Sends a command; every other one here goes through it. `takesEffect` says whether an answered
  /// write changed anything: SET NX may not.
  public func send(
    _ command: RedisCommand, takesEffect: (RedisReply) -> Bool = { _ in true }
  ) async throws(Failure) -> RedisReply {
    guard let connection = session.redisConnection else { throw .definite(.connectionClosed) }
    let reply = try await connection.send(command, deadline: session.deadline)
    switch command.effect {
    case .write, .script:
      if !connection.inTransaction, takesEffect(reply) { session.noteEffect() }
    case .commit: if reply != .null { session.noteEffect() }
    case .read, .begin, .rollback: break
    }
    return reply
  }

  /// The number under a key; nil if there is none.
  public func get(_ key: String) async throws(Failure) -> Int? {
    let reply = try await send(session.command(.get, key))
    if reply == .null { return nil }
    return try reply.number
  }

  public func set(_ key: String, _ value: Int) async throws(Failure) {
    _ = try await send(
      RedisCommand("SET", [.text(key), .integer(value)], effect: .write, showing: value))
  }

  /// Subtracts, and returns what is left.
  public func decrby(_ key: String, _ units: Int) async throws(Failure) -> Int {
    if units == 1 {
      return try await send(session.command(.decr, key)).number
    }
    return try await send(
      RedisCommand("DECRBY", [.text(key), .integer(units)], effect: .write, showing: units)
    ).number
  }

  /// Adds, and returns what is there then.
  public func incrby(_ key: String, _ units: Int) async throws(Failure) -> Int {
    if units == 1 {
      return try await send(session.command(.incr, key)).number
    }
    return try await send(
      RedisCommand("INCRBY", [.text(key), .integer(units)], effect: .write, showing: units)
    ).number
  }

  public func watch(_ key: String) async throws(Failure) {
    _ = try await send(session.command(.watch, key))
  }

  public func unwatch() async throws(Failure) { _ = try await send(.unwatch) }

  public func multi() async throws(Failure) {
    _ = try await send(RedisCommand("MULTI", effect: .begin))
  }

  /// Queues a DECRBY between MULTI and EXEC.
  public func queueDecrby(_ key: String, _ units: Int) async throws(Failure) {
    _ = try await send(
      RedisCommand("DECRBY", [.text(key), .integer(units)], effect: .write, showing: units))
  }

  /// The replies of the queued commands; nil if a watched key had changed and nothing was executed.
  public func exec() async throws(Failure) -> [RedisReply]? {
    let reply = try await send(RedisCommand("EXEC", effect: .commit))
    return reply == .null ? nil : reply.elements
  }

  /// Runs a script and returns the number it answers.
  ///
  /// A session asks the server for the script's digest once (SCRIPT LOAD), then sends only that. A
  /// server that was restarted has forgotten it: NOSCRIPT, nothing executed, and EVAL tells it
  /// again.
  public func eval(
    _ script: Script, keys: [String], arguments: [Int]
  ) async throws(Failure) -> Int {
    let digest = try await digest(of: script)
    do throws(Failure) {
      return try await send(script.command("EVALSHA", digest, keys, arguments)).number
    } catch {
      guard case .server(code: "NOSCRIPT", message: _) = error.reason else { throw error }
      return try await send(script.command("EVAL", script.source, keys, arguments)).number
    }
  }

  private func digest(of script: Script) async throws(Failure) -> String {
    if let digest = session.digests[script.source] { return digest }
    let load = RedisCommand("SCRIPT", [.text("LOAD"), .text(script.source)], effect: .read)
    guard let digest = try await send(load).text else {
      throw .definite(.protocolViolation("SCRIPT LOAD answered no digest"))
    }
    session.digests[script.source] = digest
    return digest
  }
}

/// A Lua script that may write.
public struct Script: Sendable {
  let source: String

  public init(_ source: String) {
    self.source = source
  }

  fileprivate func command(
    _ verb: StaticString, _ script: String, _ keys: [String], _ arguments: [Int]
  ) -> RedisCommand {
    RedisCommand(
      verb,
      [.text(script), .integer(keys.count)] + keys.map(RedisArgument.text)
        + arguments.map(RedisArgument.integer),
      effect: .script, showing: arguments.first)
  }
}

/// A command whose only argument is a key.
struct KeyVerb {
  let position: Int
  let text: StaticString
  let effect: CommandEffect

  static let get = KeyVerb(position: 0, text: "GET", effect: .read)
  static let decr = KeyVerb(position: 1, text: "DECR", effect: .write)
  static let incr = KeyVerb(position: 2, text: "INCR", effect: .write)
  static let watch = KeyVerb(position: 3, text: "WATCH", effect: .begin)
  static let count = 4
}

extension RedisCommand {
  static let unwatch = RedisCommand("UNWATCH", effect: .rollback)
  static let discard = RedisCommand("DISCARD", effect: .rollback)
}

extension RedisReply {
  /// The reply as a number; anything else is not what the command answers.
  var number: Int {
    get throws(Failure) {
      if let integer { return integer }
      throw .indefinite(.protocolViolation("expected a number, got \(self)"))
    }
  }
}

extension [RedisReply] {
  /// The number at a position of EXEC's replies.
  func integer(_ position: Int) throws(Failure) -> Int {
    guard indices.contains(position) else {
      throw .indefinite(.protocolViolation("EXEC answered \(count) replies"))
    }
    return try self[position].number
  }
}
