// A single value: read it, write it, or swap it for another if it is what one expects (Jepsen's
// register and cas-register).

/// Calls on one register.
public enum Register: Datatype {
  public enum Call: Hashable, Sendable {
    case read
    case write(Value)
    /// Write `to` if the value is `from`.
    case cas(from: Value, to: Value)
  }

  public enum Reply: Hashable, Sendable {
    /// Read. `null` may mean that the reply didn't say; that is for a model to tell.
    case value(Value)
    case written
    case swapped
    /// The value was not the expected one, and nothing was written.
    case mismatch
  }

  public static func call(_ function: String, _ input: Value) throws(Misfit) -> Call {
    switch function {
    case "read": return .read
    case "write": return .write(input)
    case "cas":
      guard case .list(let pair) = input, pair.count == 2 else {
        throw Misfit("cas is of a pair [expected new], not \(input.told)")
      }
      return .cas(from: pair[0], to: pair[1])
    default: throw Misfit("register knows read, write and cas, not \(function)")
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(Misfit) -> Reply {
    switch call {
    case .read: return .value(output)
    case .write:
      // Jepsen's clients echo what they wrote.
      guard output == .null || output == input || output.isDone else {
        throw Misfit("write answers null or what it wrote, not \(output.told)")
      }
      return .written
    case .cas:
      switch output {
      // Jepsen's clients echo the pair.
      case input, .null: return .swapped
      case _ where output.isDone: return .swapped
      case .bool(false): return .mismatch
      default: throw Misfit("cas answers its pair, null, true or false, not \(output.told)")
      }
    }
  }
}
