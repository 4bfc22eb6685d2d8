// A text under a key: get it, put another, append to it (Porcupine's key-value test histories).

/// Calls on one key of a text store.
public enum KeyValue: Datatype {
  public static var noun: String { "a text store" }
  public static var functions: [String] { ["get", "put", "append"] }

  public enum Call: Hashable, Sendable {
    case get
    case put(String)
    case append(String)
  }

  public enum Reply: Hashable, Sendable {
    case text(String)
    case done
    /// Got, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "get": return .get
    case "put": return .put(try text(of: function, input))
    case "append": return .append(try text(of: function, input))
    default: throw unknown(function)
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch (call, output) {
    case (.get, .null): return .unread
    case (.get, _): return .text(try text(of: "the reply to get", output))
    case (_, .null), (_, input): return .done
    case (_, _) where output.isDone: return .done
    default: throw InvalidValue("put and append answer null or their text, not \(output.told)")
    }
  }

  private static func text(of function: String, _ value: Value) throws(InvalidValue) -> String {
    guard let text = value.name else {
      throw InvalidValue("\(function) takes a text, not \(value.told)")
    }
    return text
  }
}
