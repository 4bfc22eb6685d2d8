// The objects of generated histories: each does what its model allows, in constant time
// per call, and knows which calls show each defect. Nothing here is concurrent.

import Checker
internal import History

/// What a client asks for.
struct Request: Sendable {
  var function: String
  var input: Value
}

/// A call of a client that shows a defect, with the reply it gets.
struct ScriptedCall: Sendable {
  var request: Request
  var output: Value
  /// Whether the object does what it is asked, apart from what it answers.
  var takesEffect: Bool

  init(_ function: String, _ input: Value, _ output: Value, takesEffect: Bool = true) {
    request = Request(function: function, input: input)
    self.output = output
    self.takesEffect = takesEffect
  }
}

/// An object that works.
protocol SyntheticObject: Sendable {
  var initial: Value { get }

  mutating func read(_ random: inout SplitMix64) -> Request
  mutating func change(_ random: inout SplitMix64) -> Request
  /// Does what is asked and answers truthfully.
  mutating func perform(_ request: Request) -> Value
  /// Calls that one client makes one after another, and that no conforming object answers so,
  /// whatever others call meanwhile or have left open.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall]
}

/// Unit takes; nothing is put back. One reply in eight does not say how many are left.
struct SyntheticStock: SyntheticObject {
  let units: Int
  private var left: Int
  private var taken = 0

  init(units: Int) {
    self.units = units
    left = units
  }

  var initial: Value { .int(units) }

  mutating func read(_: inout SplitMix64) -> Request { Request(function: "read", input: .null) }

  mutating func change(_: inout SplitMix64) -> Request { Request(function: "take", input: .int(1)) }

  mutating func perform(_ request: Request) -> Value {
    if request.function == "read" { return .int(left) }
    guard left > 0 else { return .string("sold-out") }
    left -= 1
    taken += 1
    return taken % 8 == 0 ? .null : .int(left)
  }

  /// The stock never rises: of two takes only one can leave a number, after it no more is left,
  /// and after "sold out" nothing is sold.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    let next = Value.int(max(left - 1, 0))
    switch defect {
    case .duplicate: return [.init("take", .int(1), next), .init("take", .int(1), next)]
    case .stale:
      return [.init("take", .int(1), next), .init("read", .null, .int(max(left, 1)))]
    case .oversell:
      return [.init("take", .int(1), .string("sold-out")), .init("take", .int(1), .null)]
    case .ghost: return [.init("read", .null, .int(units + 1))]
    case .none, .swap: return []
    }
  }
}

/// Additions of 1.
struct SyntheticCounter: SyntheticObject {
  private var sum = 0

  var initial: Value { .int(0) }

  mutating func read(_: inout SplitMix64) -> Request { Request(function: "read", input: .null) }

  mutating func change(_: inout SplitMix64) -> Request { Request(function: "add", input: .int(1)) }

  mutating func perform(_ request: Request) -> Value {
    if request.function == "read" { return .int(sum) }
    sum += 1
    return request.input
  }

  /// The sum never falls, so an addition between two reads shows in the second.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    switch defect {
    case .stale:
      [
        .init("read", .null, .int(sum)), .init("add", .int(1), .int(1)),
        .init("read", .null, .int(sum)),
      ]
    case .ghost: [.init("read", .null, .int(-1))]
    default: []
    }
  }
}

/// Elements 0, 1, 2, … are added, each once; a read asks for one of them.
struct SyntheticSet: SyntheticObject {
  private var elements: Set<Int> = []
  private var next = 0

  var initial: Value { .list([]) }

  mutating func read(_ random: inout SplitMix64) -> Request {
    Request(function: "contains", input: .int(random.below(next + 1)))
  }

  mutating func change(_: inout SplitMix64) -> Request {
    Request(function: "add", input: fresh())
  }

  mutating func perform(_ request: Request) -> Value {
    guard case .int(let element) = request.input else { return .null }
    if request.function == "contains" { return .bool(elements.contains(element)) }
    return .bool(elements.insert(element).inserted)
  }

  /// Nothing is removed: an element is new once, and then there.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    switch defect {
    case .duplicate:
      let element = fresh()
      return [.init("add", element, .bool(true)), .init("add", element, .bool(true))]
    case .stale:
      let element = fresh()
      return [.init("add", element, .bool(true)), .init("contains", element, .bool(false))]
    case .ghost: return [.init("contains", .int(-1), .bool(true))]
    default: return []
    }
  }

  private mutating func fresh() -> Value {
    next += 1
    return .int(next - 1)
  }
}

/// Elements 0, 1, 2, … are enqueued, each once.
struct SyntheticQueue: SyntheticObject {
  private var elements: [Value] = []
  /// The oldest element still there.
  private var first = 0
  private var next = 0

  var initial: Value { .list([]) }

  mutating func read(_: inout SplitMix64) -> Request { Request(function: "dequeue", input: .null) }

  mutating func change(_: inout SplitMix64) -> Request {
    Request(function: "enqueue", input: fresh())
  }

  mutating func perform(_ request: Request) -> Value {
    if request.function == "enqueue" {
      elements.append(request.input)
      return request.input
    }
    guard first < elements.count else { return .null }
    first += 1
    return elements[first - 1]
  }

  /// No element goes in twice, so it comes out once, after those that went in before it.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    func enqueue(_ element: Value) -> ScriptedCall {
      .init("enqueue", element, element, takesEffect: false)
    }
    func dequeue(_ element: Value) -> ScriptedCall {
      .init("dequeue", .null, element, takesEffect: false)
    }
    let element = fresh()
    switch defect {
    case .duplicate: return [enqueue(element), dequeue(element), dequeue(element)]
    case .swap:
      let second = fresh()
      return [enqueue(element), enqueue(second), dequeue(second), dequeue(element)]
    case .ghost: return [dequeue(element)]
    default: return []
    }
  }

  private mutating func fresh() -> Value {
    next += 1
    return .int(next - 1)
  }
}

/// Values 1, 2, 3, … are written or swapped in, each once.
struct SyntheticRegister: SyntheticObject {
  let swaps: Bool
  private var value = Value.int(0)
  private var next = 1

  init(swaps: Bool) {
    self.swaps = swaps
  }

  var initial: Value { .int(0) }

  mutating func read(_: inout SplitMix64) -> Request { Request(function: "read", input: .null) }

  mutating func change(_ random: inout SplitMix64) -> Request {
    guard swaps, random.below(2) == 0 else { return Request(function: "write", input: fresh()) }
    // What a client expects is as a rule what is there, sometimes something older.
    let expected = random.below(4) == 0 ? Value.int(random.below(next)) : value
    return Request(function: "cas", input: .list([expected, fresh()]))
  }

  mutating func perform(_ request: Request) -> Value {
    switch request.function {
    case "write":
      value = request.input
      return request.input
    case "cas":
      guard case .list(let pair) = request.input, pair[0] == value else { return .bool(false) }
      value = pair[1]
      return .bool(true)
    default: return value
    }
  }

  /// No value comes back once it is overwritten or swapped out.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    let (old, new, other) = (fresh(), fresh(), fresh())
    switch defect {
    case .duplicate:
      return [
        .init("write", old, old), .init("cas", .list([old, new]), .bool(true)),
        .init("cas", .list([old, other]), .bool(true)),
      ]
    case .stale:
      return [.init("write", old, old), .init("write", new, new), .init("read", .null, old)]
    case .ghost: return [.init("read", .null, other)]
    default: return []
    }
  }

  private mutating func fresh() -> Value {
    next += 1
    return .int(next - 1)
  }
}
