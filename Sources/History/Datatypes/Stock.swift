// A limited thing for sale: take some, read how many are left, put more in.

/// Calls on one item's stock.
public enum Stock: Datatype {
  public static var noun: String { "a stock" }
  public static var functions: [String] { ["take", "read", "restock"] }

  public enum Call: Hashable, Sendable {
    /// Take this many units, all or none; at least 1.
    case take(Int)
    /// Read how many are left.
    case read
    /// Put this many units in; at least 1.
    case restock(Int)
  }

  public enum Reply: Hashable, Sendable {
    /// Taken; this many are left after it.
    case left(Int)
    /// Taken; how many are left was not said.
    case taken
    /// Fewer than asked for were left, and nothing was taken.
    case soldOut
    /// Read: this many are left.
    case value(Int)
    /// Read, but the reply didn't say what.
    case unread
    /// Put in; how many are left was not said.
    case restocked
    /// Put in; this many are left after it.
    case stocked(Int)
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "take":
      return .take(try units(of: function, input, absent: 1))
    case "read":
      return .read
    case "restock":
      return .restock(try units(of: function, input, absent: nil))
    default:
      throw unknown(function)
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch (call, output) {
    case (.take, .null): return .taken
    case (.take, .int(let left)): return .left(left)
    case (.take, _) where output.name == "sold-out": return .soldOut
    case (.take, _):
      throw InvalidValue("take answers the number left, null or \"sold-out\", not \(output.told)")
    case (.read, .null): return .unread
    case (.read, .int(let value)): return .value(value)
    case (.read, _): throw InvalidValue("read answers a whole number, not \(output.told)")
    // A client that repeats the units it put in says nothing new.
    case (.restock, .null), (.restock, input): return .restocked
    case (.restock, _) where output.isDone: return .restocked
    case (.restock, .int(let left)): return .stocked(left)
    case (.restock, _):
      throw InvalidValue(
        "restock answers the number left after it, null or its units, not \(output.told)")
    }
  }

  private static func units(
    of function: String, _ input: Value, absent: Int?
  ) throws(InvalidValue) -> Int {
    switch input {
    case .int(let units) where (1...mostUnits).contains(units): return units
    case .null:
      if let absent { return absent }
      throw InvalidValue("\(function) needs the number of units")
    default:
      throw InvalidValue(
        "\(function) needs a whole number of units, 1 to \(mostUnits), not \(input.told)")
    }
  }

  /// Far above any stock, and low enough that no sum over a history overflows.
  private static let mostUnits = 100_000_000_000
}
