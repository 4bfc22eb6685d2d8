// The Redis commands that strategies are written in.
// Each knows whether it can change the stock; that decides what a lost reply means.

public import Drivers

/// A session's Redis connection, as strategies see it.
public struct RedisCommands {
  let session: Session
  /// Over which of the session's connections.
  var route = RedisRoute.main
  /// Longest a command may take, in ns, where that is less than the call has left.
  var timeout = Int64.max

  private var deadline: Int64 {
    let deadline = timeout == .max ? Int64.max : EventLoop.now() + timeout
    return session.commandDeadline(min(session.deadline, deadline))
  }

  /// Sends a command; every other one here goes through it. `takesEffect` says whether an answered
  /// write changed anything: SET NX may not.
  public func send(
    _ command: RedisCommand, takesEffect: (RedisReply) -> Bool = { _ in true }
  ) async throws(Failure) -> RedisReply {
    let connection = try await session.connections.redis(route, by: deadline)
    let reply = try await connection.send(command, deadline: deadline)
    switch command.effect {
    case .write, .script:
      if !connection.inTransaction, takesEffect(reply) { session.call.noteEffect() }
    case .commit: if reply != .null { session.call.noteEffect() }
    case .read, .begin, .rollback: break
    }
    return reply
  }

  /// The number under a key; nil if there is none.
  public func get(_ key: String) async throws(Failure) -> Int? {
    let reply = try await send(session.prepared.command(.get, key))
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
      return try await send(session.prepared.command(.decr, key)).number
    }
    return try await send(
      RedisCommand("DECRBY", [.text(key), .integer(units)], effect: .write, showing: units)
    ).number
  }

  /// Adds, and returns what is there then.
  public func incrby(_ key: String, _ units: Int) async throws(Failure) -> Int {
    if units == 1 {
      return try await send(session.prepared.command(.incr, key)).number
    }
    return try await send(
      RedisCommand("INCRBY", [.text(key), .integer(units)], effect: .write, showing: units)
    ).number
  }

  public func watch(_ key: String) async throws(Failure) {
    _ = try await send(session.prepared.command(.watch, key))
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
  /// A session asks each server for the script's digest once (SCRIPT LOAD), then sends only that. A
  /// server that was restarted has forgotten it: NOSCRIPT, nothing executed, and EVAL tells it
  /// again.
  public func eval(
    _ script: Script, keys: [String], arguments: [Int]
  ) async throws(Failure) -> Int {
    try await eval(
      script, keys: keys, arguments: arguments.map(RedisArgument.integer), showing: arguments.first
    ).number
  }

  /// Runs a script and returns its answer; `showing` is the number worth showing in a trace.
  public func eval(
    _ script: Script, keys: [String], arguments: [RedisArgument], showing: Int? = nil
  ) async throws(Failure) -> RedisReply {
    var (script, keys, arguments) = (script, keys, arguments)
    if session.call.isResolvable, route == .main, script.effect == .script {
      script = script.marking
      keys.append(Session.mark(of: session.process, prefix: session.topology.prefix))
      arguments.append(.integer(session.call.number))
      session.call.markLeftOn = ServerName(route)
    }
    let digest = try await digest(of: script)
    do throws(Failure) {
      return try await send(script.command("EVALSHA", digest, keys, arguments, showing))
    } catch {
      guard case .server(code: "NOSCRIPT", message: _) = error.reason else { throw error }
      return try await send(script.command("EVAL", script.source, keys, arguments, showing))
    }
  }

  private func digest(of script: Script) async throws(Failure) -> String {
    if let digest = session.prepared.digests[route]?[script.source] { return digest }
    let load = RedisCommand("SCRIPT", [.text("LOAD"), .text(script.source)], effect: .read)
    guard let digest = try await send(load).text else {
      throw .definite(.protocolViolation("SCRIPT LOAD answered no digest"))
    }
    session.prepared.digests[route, default: [:]][script.source] = digest
    return digest
  }
}

/// A Lua script.
public struct Script: Sendable {
  package let source: String
  package let effect: CommandEffect
  /// How a trace shows it.
  let caption: RedisCaption?

  /// A script; its effect is what it can do to the stock.
  public init(
    _ source: String, effect: CommandEffect = .script, caption: RedisCaption? = nil
  ) {
    self.caption = caption
    self.source = source
    self.effect = effect
  }

  fileprivate func command(
    _ verb: StaticString, _ script: String, _ keys: [String], _ arguments: [RedisArgument],
    _ showing: Int?
  ) -> RedisCommand {
    RedisCommand(
      verb,
      [.text(script), .integer(keys.count)] + keys.map(RedisArgument.text)
        + arguments,
      effect: effect, showing: showing, caption: caption)
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
  package var number: Int {
    get throws(Failure) {
      if let integer { return integer }
      throw .indefinite(.protocolViolation("expected a number, got \(self)"))
    }
  }
}

extension [RedisReply] {
  /// The number at a position of EXEC's replies.
  package func integer(_ position: Int) throws(Failure) -> Int {
    guard indices.contains(position) else {
      throw .indefinite(.protocolViolation("EXEC answered \(count) replies"))
    }
    return try self[position].number
  }
}
