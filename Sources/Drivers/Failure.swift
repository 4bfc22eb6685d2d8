// What a client may conclude from a command that failed. The one question that matters is
// certainty: did it certainly have no effect, now and for ever, or may it have one, even later?
// Nothing here guesses: what no rule proves harmless is indefinite.

/// Why a command, or a whole call, did not succeed, and whether it can still take effect.
public struct Failure: Error, Sendable, Hashable {
  /// What is known about the effect (Jepsen's `fail` and `info`).
  public enum Certainty: Sendable, Hashable {
    /// It had no effect and never will.
    case definite
    /// It may take effect at any time after it was issued, or never.
    case indefinite
  }

  /// What happened.
  public enum Reason: Sendable, Hashable {
    /// No answer by the deadline; the connection was closed, since a late answer would be taken
    /// for the next command's.
    case timeout
    /// The server does not accept connections.
    case connectionRefused
    /// The connection ended before the answer came, or had ended before the command was issued.
    case connectionClosed
    /// The server said no. The code is Redis' error prefix, a SQLSTATE, or MySQL's error number.
    case server(code: String, message: String)
    /// A strategy stopped by its own rules, such as "lock not granted".
    case gaveUp(String)
    /// A fault ended the client here.
    case crashed
    /// The bytes received are not the protocol.
    case protocolViolation(String)
    /// The operating system refused, as with "too many open files".
    case system(String)
  }

  public var certainty: Certainty
  public var reason: Reason

  public init(_ certainty: Certainty, _ reason: Reason) {
    self.certainty = certainty
    self.reason = reason
  }

  /// A failure that certainly had no effect.
  public static func definite(_ reason: Reason) -> Failure { Failure(.definite, reason) }

  /// A failure that may have, or come to have, an effect.
  public static func indefinite(_ reason: Reason) -> Failure { Failure(.indefinite, reason) }
}

extension Failure: CustomStringConvertible {
  /// The `error` text of a history: short, and the same whenever the same thing happens (a
  /// server's own sentence, which varies with values and language, only where no table knows the
  /// code).
  public var description: String {
    switch reason {
    case .timeout: "timeout"
    case .connectionRefused: "connection refused"
    case .connectionClosed: "connection closed"
    case .server(let code, let message): Failure.text(code: code, message: message)
    case .gaveUp(let what): what
    case .crashed: "crashed"
    case .protocolViolation(let what): "protocol violation: \(what)"
    case .system(let what): what
    }
  }

  private static func text(code: String, message: String) -> String {
    if let state = SQLStates.entry(for: code) { return "\(code) \(state.name)" }
    if let error = MySQLErrors.entry(for: code) { return "\(code) \(error.name)" }
    // Redis' generic prefix says nothing by itself.
    if RedisErrors.entry(for: code) != nil, code != "ERR" { return code }
    if code.isEmpty || message.isEmpty { return code + message.prefix(80) }
    return "\(code) \(message.prefix(80))"
  }
}
