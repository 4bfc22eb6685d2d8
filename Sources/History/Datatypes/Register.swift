// A single value: read it, write it, or swap it for another if it is what one expects (Jepsen's
// register and cas-register).

/// Calls on one register.
public enum Register: Datatype {
  public static var noun: String { "a register" }
  public static var functions: [String] { ["read", "write", "cas"] }

  public enum Call: Hashable, Sendable {
    case read
    case write(Value)
    /// Write `to` if the value is `from`.
    case cas(from: Value, to: Value)
  }

  public enum Reply: Hashable, Sendable {
    case value(Value)
    /// Read, but the reply didn't say what.
    case unread
    case written
    case swapped
    /// The value was not the expected one, and nothing was written.
    case mismatch
  }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "read": return .read
    case "write": return .write(input)
    case "cas":
      guard case .list(let pair) = input, pair.count == 2 else {
        throw InvalidValue(
          "cas takes a pair [expected new], not \(input.told)"
            + (Self.hasKey(input) ? "; if values are [key value], give --independent" : ""))
      }
      return .cas(from: pair[0], to: pair[1])
    default: throw unknown(function)
    }
  }

  /// Whether a CAS' input may be `[key expected new]` or `[key [expected new]]`.
  private static func hasKey(_ input: Value) -> Bool {
    if case .list(let parts) = input { parts.count == 3 } else { false }
  }

  public static func written(by _: Call, answered reply: Reply) -> [Value] {
    reply == .written || reply == .swapped ? [.null] : []
  }

  public static func untold(
    _ reply: Reply, to _: Call, where isUntold: (Value) -> Bool
  ) -> Reply {
    reply == .value(.null) && isUntold(.null) ? .unread : reply
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch call {
    case .read: return .value(output)
    case .write:
      // Jepsen's clients echo what they wrote.
      guard output == .null || output == input || output.isDone else {
        throw InvalidValue("write answers null or what it wrote, not \(output.told)")
      }
      return .written
    case .cas:
      switch output {
      // Jepsen's clients echo the pair.
      case input, .null: return .swapped
      case _ where output.isDone: return .swapped
      case .bool(false): return .mismatch
      default: throw InvalidValue("cas answers its pair, null, true or false, not \(output.told)")
      }
    }
  }
}
