// A balance in whole units of money: charge some, use some, read what is there.

/// Calls on one account.
public enum Account: Datatype {
  public static var noun: String { "an account" }
  public static var functions: [String] { ["charge", "use", "read"] }

  public enum Call: Hashable, Sendable {
    /// Add so much; at least 1.
    case charge(Int)
    /// Spend so much, all or nothing; at least 1.
    case use(Int)
    /// Read the balance.
    case read
  }

  public enum Reply: Hashable, Sendable {
    /// Done; so much is there after it.
    case balance(Int)
    /// Done; what is there after it was not said.
    case done
    /// Less than asked for was there, and nothing was spent.
    case insufficient
    /// Read: so much is there.
    case value(Int)
    /// Read, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "charge": return .charge(try amount(of: function, input))
    case "use": return .use(try amount(of: function, input))
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
    case (_, .null): return .done
    case (_, .int(let balance)): return .balance(balance)
    case (.use, _) where output.name == "insufficient": return .insufficient
    case (.use, _):
      throw InvalidValue(
        "use answers the balance after it, null or \"insufficient\", not \(output.told)")
    case (.charge, _):
      throw InvalidValue("charge answers the balance after it or null, not \(output.told)")
    }
  }

  private static func amount(of function: String, _ input: Value) throws(InvalidValue) -> Int {
    guard case .int(let amount) = input, (1...mostAmount).contains(amount) else {
      throw InvalidValue("\(function) takes a whole amount, 1 to \(mostAmount), not \(input.told)")
    }
    return amount
  }

  /// Low enough that no sum over a history overflows.
  private static let mostAmount = 100_000_000_000
}
