// A number that is added to and read.

/// Calls on one counter.
public enum Counter: Datatype {
  public static var noun: String { "a counter" }
  public static var functions: [String] { ["add", "read"] }

  public enum Call: Hashable, Sendable {
    /// Add so much; may be negative.
    case add(Int)
    case read
  }

  public enum Reply: Hashable, Sendable {
    case added
    case value(Int)
    /// Read, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch (function, input) {
    case ("add", .int(let amount)) where (-mostAmount...mostAmount).contains(amount):
      return .add(amount)
    case ("add", _):
      throw InvalidValue("add takes a whole number, at most ±\(mostAmount), not \(input.told)")
    case ("read", _): return .read
    default: throw unknown(function)
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch (call, output) {
    // Jepsen's clients echo what they added. Another number may be the sum before or after it.
    case (.add, input), (.add, .null): return .added
    case (.add, _) where output.isDone: return .added
    case (.add, _): throw InvalidValue("add answers null or what it added, not \(output.told)")
    case (.read, .null): return .unread
    case (.read, .int(let value)): return .value(value)
    case (.read, _): throw InvalidValue("read answers a whole number, not \(output.told)")
    }
  }

  /// Low enough that no sum over a history overflows.
  private static let mostAmount = 100_000_000_000
}
