// A set of values: add, remove, ask for one, read all.

/// Calls on one set.
public enum ElementSet: Datatype {
  public static var noun: String { "a set" }
  public static var functions: [String] { ["add", "remove", "contains", "read"] }

  public enum Call: Hashable, Sendable {
    case add(Value)
    case remove(Value)
    case contains(Value)
    /// Read all elements.
    case read
  }

  public enum Reply: Hashable, Sendable {
    /// Added or removed; whether that changed anything was not said.
    case done
    /// Added or removed; true if that changed the set.
    case changed(Bool)
    case isElement(Bool)
    case elements(Set<Value>)
    /// Read, but the reply didn't say what.
    case unread
  }

  public static func unanswered(in reply: Reply) -> Int { reply == .unread ? 1 : 0 }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "add": return .add(input)
    case "remove": return .remove(input)
    case "contains": return .contains(input)
    case "read": return .read
    default: throw unknown(function)
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch (call, output) {
    // Jepsen's clients echo the element.
    case (.add, input), (.remove, input), (.add, .null), (.remove, .null): return .done
    case (.add, .bool(let changed)), (.remove, .bool(let changed)): return .changed(changed)
    case (.add, _), (.remove, _):
      throw InvalidValue(
        "add and remove answer their element, null, true or false, not \(output.told)")
    case (.contains, .bool(let isElement)): return .isElement(isElement)
    case (.contains, _): throw InvalidValue("contains answers true or false, not \(output.told)")
    case (.read, .null): return .unread
    case (.read, .list(let elements)), (.read, .set(let elements)): return .elements(Set(elements))
    case (.read, _): throw InvalidValue("read answers a list of elements, not \(output.told)")
    }
  }
}
