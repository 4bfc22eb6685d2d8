// One number: a read returns the sum of what was added.

public import History

/// A counter; unlike Jepsen's it may be decremented and go below zero.
public struct CounterModel: ResumableModel {
  public typealias Data = Counter

  public static var name: String { "counter" }
  public static var summary: String { "a sum: add (may be negative), read" }
  public static var initialForm: String { "a whole number; default 0" }

  public let initial: Int

  public init(_ value: Int) {
    initial = value
  }

  public static func initialValue(in state: Int) -> Value { .int(state) }

  public init(initial value: Value) throws(InvalidValue) {
    switch value {
    case .null: initial = 0
    case .int(let number) where (-Self.mostInitial...Self.mostInitial).contains(number):
      initial = number
    default: throw InvalidValue("counter starts with a whole number, not \(value.told)")
    }
  }

  public func step(
    _ sum: Int, _ call: Counter.Call, _ reply: Counter.Reply?
  ) -> ModelStep<Int> {
    switch (call, reply) {
    case (.add(let amount), nil), (.add(let amount), .added): .next(sum + amount)
    case (.read, nil), (.read, .unread): .next(sum)
    case (.read, .value(let told)): told == sum ? .next(sum) : .refused
    default: .refused
    }
  }

  public func isPureRead(_ call: Counter.Call, _: Counter.Reply?) -> Bool {
    call == .read || call == .add(0)
  }

  public func level(of sum: Int) -> Int { sum }

  public func change(by call: Counter.Call) -> ClosedRange<Int> {
    guard case .add(let amount) = call else { return 0...0 }
    return min(amount, 0)...max(amount, 0)
  }

  public func levels(for _: Counter.Call, _ reply: Counter.Reply) -> ClosedRange<Int> {
    if case .value(let told) = reply { told...told } else { .min ... .max }
  }

  public func refusal(_ sum: Int, _ call: Counter.Call, _ reply: Counter.Reply) -> String {
    switch (call, reply) {
    case (.read, .value(let told)): "read \(told), but the sum was \(sum)"
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of _: Counter.Call, _ reply: Counter.Reply) -> String {
    if case .value(let told) = reply { "a sum of \(told)" } else { "an impossible counter" }
  }

  public func words(for sum: Int) -> String { "\(sum)" }
}
