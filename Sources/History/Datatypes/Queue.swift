// A queue of values: put one in, take one out.

/// Calls on one queue.
public enum Queue: Datatype {
  public static var noun: String { "a queue" }
  public static var functions: [String] { ["enqueue", "dequeue"] }

  public enum Call: Hashable, Sendable {
    case enqueue(Value)
    case dequeue
  }

  public enum Reply: Hashable, Sendable {
    case enqueued
    case value(Value)
    /// Nothing was there to take.
    case empty
  }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "enqueue":
      guard !isEmptiness(input) else {
        throw InvalidValue(
          "the element \(input.literal) can't be told from an empty queue's reply; "
            + "give elements other names")
      }
      return .enqueue(input)
    case "dequeue": return .dequeue
    default: throw unknown(function)
    }
  }

  /// What a dequeue answers that found nothing.
  private static func isEmptiness(_ value: Value) -> Bool {
    value == .null || value.name == "empty"
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch call {
    case .enqueue:
      // Jepsen's clients echo the element.
      guard output == .null || output == input || output.isDone else {
        throw InvalidValue("enqueue answers null or its element, not \(output.told)")
      }
      return .enqueued
    case .dequeue: return isEmptiness(output) ? .empty : .value(output)
    }
  }
}
