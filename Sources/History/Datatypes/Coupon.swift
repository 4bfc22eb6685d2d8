// The coupons of one campaign: so many there are, and no buyer gets two.

/// Calls on one campaign's coupons.
public enum Coupon: Datatype {
  public static var noun: String { "a coupon campaign" }
  public static var functions: [String] { ["claim", "read"] }

  public enum Call: Hashable, Sendable {
    /// One coupon for this buyer.
    case claim(Value)
    /// Read how many are left.
    case read
  }

  public enum Reply: Hashable, Sendable {
    /// The buyer has one now; how many are left was not said.
    case claimed
    /// The buyer has one now; this many are left after it.
    case left(Int)
    /// The buyer had one before, and got no other.
    case already
    /// None was left, and the buyer has none.
    case soldOut
    /// Read: this many are left.
    case value(Int)
    /// Read, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch (function, input) {
    case ("claim", .string), ("claim", .keyword), ("claim", .int): return .claim(input)
    case ("claim", _):
      throw InvalidValue("claim takes the buyer, a text or a whole number, not \(input.told)")
    case ("read", _): return .read
    default: throw unknown(function)
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch (call, output) {
    case (.read, .null): return .unread
    case (.read, .int(let value)): return .value(value)
    case (.read, _): throw InvalidValue("read answers a whole number, not \(output.told)")
    case (.claim, .null): return .claimed
    case (.claim, .int(let left)): return .left(left)
    case (.claim, _) where output.name == "claimed" || output.isDone: return .claimed
    case (.claim, _) where output.name == "already": return .already
    case (.claim, _) where output.name == "sold-out": return .soldOut
    // A client that repeats the buyer says no more than that it went well.
    case (.claim, input): return .claimed
    case (.claim, _):
      throw InvalidValue(
        "claim answers the number left, null, \"claimed\", \"already\" or \"sold-out\", "
          + "not \(output.told)")
    }
  }
}
