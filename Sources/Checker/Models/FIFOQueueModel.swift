// One queue: what went in first comes out first.

public import History

/// A first-in, first-out queue.
public struct FIFOQueueModel: CatalogueModel {
  public typealias Data = Queue

  public static var name: String { "fifo-queue" }
  public static var summary: String { "a queue, first in first out: enqueue, dequeue" }
  public static var initialForm: String { "a list of elements, oldest first; default empty" }

  public let initial: [Value]

  public init(_ elements: [Value]) {
    initial = elements
  }

  public init(initial value: Value) throws(InvalidValue) {
    initial = try Self.list(value)
  }

  public func step(
    _ queue: [Value], _ call: Queue.Call, _ reply: Queue.Reply?
  ) -> ModelStep<[Value]> {
    switch (call, reply) {
    case (.enqueue(let element), nil), (.enqueue(let element), .enqueued):
      .next(queue + [element])
    case (.dequeue, nil): .next(Array(queue.dropFirst()))
    case (.dequeue, .empty): queue.isEmpty ? .next(queue) : .refused
    case (.dequeue, .value(let element)):
      queue.first == element ? .next(Array(queue.dropFirst())) : .refused
    default: .refused
    }
  }

  public func isPureRead(_: Queue.Call, _ reply: Queue.Reply?) -> Bool {
    reply == .empty
  }

  public func refusal(_ queue: [Value], _ call: Queue.Call, _ reply: Queue.Reply) -> String {
    switch (call, reply) {
    case (.dequeue, .empty): "found nothing, but \(queue.count) elements were queued"
    case (.dequeue, .value(let element)):
      if let first = queue.first {
        queue.contains(element)
          ? "took \(element.literal), but \(first.literal) was ahead of it"
          : "took \(element.literal), which was not queued"
      } else {
        "took \(element.literal), but the queue was empty"
      }
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of _: Queue.Call, _ reply: Queue.Reply) -> String {
    switch reply {
    case .value(let element): "\(element.literal) at the front"
    case .empty: "an empty queue"
    default: "an impossible queue"
    }
  }

  public func words(for queue: [Value]) -> String {
    queue.isEmpty ? "nothing queued" : Value.list(queue).literal
  }

  public func footprint(of queue: [Value]) -> Int {
    queue.reduce(32) { $0 + MemoryLayout<Value>.stride + $1.footprint }
  }
}
