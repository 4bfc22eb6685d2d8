// One bag: what comes out went in, as often and in any order.

public import History

/// A queue without order, such as a pool of coupons.
public struct UnorderedQueueModel: CatalogueModel {
  public typealias Data = Queue

  public static var name: String { "unordered-queue" }
  public static var summary: String { "a queue without order: enqueue, dequeue" }
  public static var initialForm: String { "a list of elements; default empty" }

  /// How often each element is in.
  public let initial: [Value: Int]

  public init(_ elements: [Value]) {
    initial = elements.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(try Self.list(value))
  }

  public func step(
    _ bag: [Value: Int], _ call: Queue.Call, _ reply: Queue.Reply?
  ) -> ModelStep<[Value: Int]> {
    switch (call, reply) {
    case (.enqueue(let element), nil), (.enqueue(let element), .enqueued):
      return .next(bag.merging([element: 1], uniquingKeysWith: +))
    case (.dequeue, nil):
      return bag.isEmpty ? .next(bag) : .either(choices(of: bag))
    case (.dequeue, .empty):
      return bag.isEmpty ? .next(bag) : .refused
    case (.dequeue, .value(let element)):
      return bag[element] == nil ? .refused : .next(removing(element, from: bag))
    default:
      return .refused
    }
  }

  public func isPureRead(_: Queue.Call, _ reply: Queue.Reply?) -> Bool {
    reply == .empty
  }

  public func refusal(_ bag: [Value: Int], _ call: Queue.Call, _ reply: Queue.Reply) -> String {
    switch (call, reply) {
    case (.dequeue, .empty):
      "found nothing, but \(bag.values.reduce(0, +)) elements were queued"
    case (.dequeue, .value(let element)): "took \(element.literal), which was not queued"
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of _: Queue.Call, _ reply: Queue.Reply) -> String {
    switch reply {
    case .value(let element): "\(element.literal) in the queue"
    case .empty: "an empty queue"
    default: "an impossible queue"
    }
  }

  public func words(for bag: [Value: Int]) -> String {
    let elements = bag.flatMap { Array(repeating: $0.key.literal, count: $0.value) }.sorted()
    return elements.isEmpty ? "nothing queued" : "{" + elements.joined(separator: " ") + "}"
  }

  public func footprint(of bag: [Value: Int]) -> Int {
    bag.reduce(64) { $0 + 64 + $1.key.footprint }
  }

  /// What is left after taking any one element, in an order that is the same in every run.
  private func choices(of bag: [Value: Int]) -> [[Value: Int]] {
    bag.keys.sorted { $0.description < $1.description }.map { removing($0, from: bag) }
  }

  private func removing(_ element: Value, from bag: [Value: Int]) -> [Value: Int] {
    var bag = bag
    bag[element] = bag[element].flatMap { $0 > 1 ? $0 - 1 : nil }
    return bag
  }
}
