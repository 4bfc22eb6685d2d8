// A unit held for a buyer for a while: confirmed in time it is sold, else it may go back on sale.

/// Calls on one item that is held before it is sold.
public enum Reservation: Datatype {
  public static var noun: String { "a stock with reservations" }
  public static var functions: [String] { ["hold", "confirm", "release", "read"] }

  /// A call to hold one unit.
  public struct Hold: Hashable, Sendable {
    /// Null if not named.
    public var buyer: Value
    /// How long the unit is held at least; nil if not known.
    public var lease: Duration?
    /// Which hold of the history it is.
    public var number = 0
    /// The rank of the first event at which the lease may be over.
    public var ends = Int.min

    public init(by buyer: Value, lease: Duration?) {
      self.buyer = buyer
      self.lease = lease
    }
  }

  public enum Call: Hashable, Sendable {
    case hold(Hold)
    /// Buy the unit held under this token, for ever.
    case confirm(Value)
    /// Give back the unit held under this token.
    case release(Value)
    /// Read how many units are left, those held not among them.
    case read
  }

  public enum Reply: Hashable, Sendable {
    /// Held, under this token.
    case token(Value)
    /// None was left to hold.
    case soldOut
    /// Confirmed or given back.
    case done
    /// The token holds nothing that could be confirmed or given back.
    case expired
    /// Read: this many are left.
    case value(Int)
    /// Read, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "hold": return try hold(input)
    case "confirm": return .confirm(try token(of: function, input))
    case "release": return .release(try token(of: function, input))
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
    case (.hold, _) where output.name == "sold-out": return .soldOut
    case (.hold, .string), (.hold, .keyword), (.hold, .int): return .token(output)
    case (.hold, _):
      throw InvalidValue(
        "hold answers a token, a text or a whole number, or \"sold-out\", not \(output.told)")
    case (_, .null): return .done
    case (_, _) where output.name == "expired": return .expired
    // A client that repeats the token says no more than that it went well.
    case (_, _) where output.isDone || output == input: return .done
    default:
      throw InvalidValue(
        "confirm and release answer null, \"ok\" or \"expired\", not \(output.told)")
    }
  }

  private static func hold(_ input: Value) throws(InvalidValue) -> Call {
    switch input {
    case .null: return .hold(Hold(by: .null, lease: nil))
    case .map(let entries):
      for entry in entries where !["buyer", "lease"].contains(entry.key.name) {
        throw InvalidValue("hold knows a buyer and a lease, not \(entry.key)")
      }
      switch input["lease"] ?? .null {
      case .null: return .hold(Hold(by: input["buyer"] ?? .null, lease: nil))
      case .int(let lease) where (0...longestLease).contains(lease):
        return .hold(Hold(by: input["buyer"] ?? .null, lease: .milliseconds(lease)))
      case let other:
        throw InvalidValue(
          "a lease is a whole number of ms, 0 to \(longestLease), not \(other.told)")
      }
    default:
      throw InvalidValue(
        "hold takes null or a map such as {buyer u7, lease 30000}, not \(input.told)")
    }
  }

  private static func token(of function: String, _ input: Value) throws(InvalidValue) -> Value {
    switch input {
    case .string, .keyword, .int: return input
    default:
      throw InvalidValue(
        "\(function) takes the token that hold answered, a text or a whole number, "
          + "not \(input.told)")
    }
  }

  /// Thirty years, in ms: low enough that no moment of a history overflows.
  private static let longestLease = 1_000_000_000_000
}
