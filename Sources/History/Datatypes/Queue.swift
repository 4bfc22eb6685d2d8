// A queue of values: put one in, take one out.

/// Calls on one queue.
public enum Queue: Datatype {
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

  public static func call(_ function: String, _ input: Value) throws(Misfit) -> Call {
    switch function {
    case "enqueue": return .enqueue(input)
    case "dequeue": return .dequeue
    default: throw Misfit("queue knows enqueue and dequeue, not \(function)")
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(Misfit) -> Reply {
    switch call {
    case .enqueue:
      // Jepsen's clients echo the element.
      guard output == .null || output == input || output.isDone else {
        throw Misfit("enqueue answers null or its element, not \(output.told)")
      }
      return .enqueued
    case .dequeue: return output == .null || output.name == "empty" ? .empty : .value(output)
    }
  }
}
