// Orders that can be sent again: the same number takes once, and has one answer.

/// Calls on one item's stock, taken from by orders with numbers of their own.
public enum Orders: Datatype {
  public static var noun: String { "a stock with numbered orders" }
  public static var functions: [String] { ["order", "read"] }

  public enum Call: Hashable, Sendable {
    /// Take so many units, at least 1, all or none, unless this order was decided before.
    case order(id: Value, units: Int)
    /// Read how many are left.
    case read
  }

  public enum Reply: Hashable, Sendable {
    /// The order has its units; how many were left after it was not said.
    case taken
    /// The order has its units; this many were left when it got them.
    case left(Int)
    /// Fewer than asked for were left when the order was decided, and nothing was taken.
    case soldOut
    /// Read: this many are left.
    case value(Int)
    /// Read, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "order": return try order(input)
    case "read": return .read
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
    case (.order, .null): return .taken
    case (.order, .int(let left)): return .left(left)
    case (.order, _) where output.name == "sold-out": return .soldOut
    // A client that repeats what it ordered says no more than that it went well.
    case (.order, _) where output.isDone || output == input: return .taken
    case (.order, _):
      throw InvalidValue("order answers the number left, null or \"sold-out\", not \(output.told)")
    }
  }

  private static func order(_ input: Value) throws(InvalidValue) -> Call {
    guard case .map(let entries) = input, let id = input["id"], id != .null else {
      throw InvalidValue("order takes a map such as {id a17, units 2}, not \(input.told)")
    }
    for entry in entries where !["id", "units"].contains(entry.key.name) {
      throw InvalidValue("order knows an id and units, not \(entry.key)")
    }
    switch input["units"] ?? .int(1) {
    case .int(let units) where (1...mostUnits).contains(units):
      return .order(id: id, units: units)
    case let other:
      throw InvalidValue(
        "order needs a whole number of units, 1 to \(mostUnits), not \(other.told)")
    }
  }

  /// Far above any stock, and low enough that no sum over a history overflows.
  private static let mostUnits = 100_000_000_000
}
