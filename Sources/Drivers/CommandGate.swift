// The one place every command of every client passes before its first byte leaves. A scheduler
// behind the gate can hold commands back, order them, crash a client or lose a reply; without one
// (nil, the rule) a connection pays one comparison.

/// Decides when, and whether, commands go out.
public protocol CommandGate: AnyObject, Sendable {
  /// Called on the connection's loop before the command's first byte is written; suspend here to
  /// hold the command back. Commands of one connection come one at a time.
  func admit(_ command: CommandDescription) async -> Admission

  /// Called once for every command admitted with `.proceed` or `.loseReply`, when its answer is in
  /// or will not come, before the client hears of it.
  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply)
}

/// What becomes of a command at the gate.
public enum Admission: Sendable {
  case proceed
  /// The client dies before sending it: the connection closes and the command fails as `crashed`.
  case crash
  /// The connection is lost before it is sent; the client lives and hears of it.
  case disconnect
  /// It is sent and answered, but the client sees a lost connection instead of the answer.
  case loseReply
}

extension Admission {
  /// Why the command is not sent at all; its connection closes then.
  var refusal: Failure.Reason? {
    switch self {
    case .proceed, .loseReply: nil
    case .crash: .crashed
    case .disconnect: .connectionClosed
    }
  }
}

/// A command as a gate sees it.
///
/// What MULTI … EXEC sends in one piece is one command here.
public struct CommandDescription: Sendable {
  /// The command itself.
  public enum Payload: Sendable {
    case redis([RedisCommand])
    case sql(Statement, [SQLValue])
  }

  public let payload: Payload
  /// Whether the connection is inside a transaction.
  public let inTransaction: Bool

  public init(payload: Payload, inTransaction: Bool) {
    self.payload = payload
    self.inTransaction = inTransaction
  }

  /// The verb or label of the command, of the first one when there are several.
  public var verb: String {
    switch payload {
    case .redis(let commands): commands.first.map { "\($0.verb)" } ?? ""
    case .sql(let statement, _): "\(statement.label)"
    }
  }

  /// What it can do to the data; of several, the first effect that is not merely preparing.
  public var effect: CommandEffect {
    switch payload {
    case .redis(let commands): commands.first { $0.effect != .begin }?.effect ?? .begin
    case .sql(let statement, _): statement.effect
    }
  }

  /// The argument worth showing, if the command has one.
  public var argument: Int? {
    switch payload {
    case .redis(let commands): commands.lazy.compactMap(\.argument).first
    case .sql(let statement, let values):
      statement.shownArgument(of: values)
    }
  }
}

extension CommandDescription: CustomStringConvertible {
  /// The whole command, as a person would type it.
  public var description: String {
    switch payload {
    case .redis(let commands): commands.map(\.description).joined(separator: "; ")
    case .sql(let statement, let values):
      values.isEmpty
        ? statement.sql : "\(statement.sql) (\(values.map(\.description).joined(separator: ", ")))"
    }
  }
}
