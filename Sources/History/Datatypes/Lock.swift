// A lock: acquire it, release it. Who calls is part of the call, for models that ask who holds it.

/// Calls on one lock.
public enum Lock: Datatype {
  public static var noun: String { "a lock" }
  public static var functions: [String] { ["acquire", "release"] }

  public enum Action: Hashable, Sendable {
    case acquire
    case release
  }

  public struct Call: Hashable, Sendable {
    public var action: Action
    /// Who calls: the input where it names a client, else the process.
    public var client: Value

    public init(_ action: Action, by client: Value) {
      self.action = action
      self.client = client
    }
  }

  public enum Reply: Hashable, Sendable {
    case done
    /// Acquired, with a fencing token.
    case token(Int)
    /// Held by another; nothing changed.
    case refused
  }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "acquire": return Call(.acquire, by: input)
    case "release": return Call(.release, by: input)
    default: throw unknown(function)
    }
  }

  public static func call(
    _ function: String, _ input: Value, by process: Int
  ) throws(InvalidValue) -> Call {
    var call = try call(function, input)
    if call.client == .null { call.client = .int(process) }
    return call
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch output {
    case .null, .bool(true), input: return .done
    case .bool(false): return .refused
    case .int(let token) where call.action == .acquire: return .token(token)
    default:
      throw InvalidValue("a lock answers null, true, false or a fencing token, not \(output.told)")
    }
  }
}
