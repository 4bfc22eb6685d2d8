// Random histories as a file would hold them: functions, inputs and outputs from pools that reach
// every reply a datatype knows, and values no sane client sends. Whether they decode is for the
// datatype to say; what decodes must be judged alike by every engine and by brute force.

public import History

/// The functions of one model, each with what it may be called with and what may be answered.
public struct Vocabulary: Sendable, CustomStringConvertible {
  public struct Word: Sendable {
    var function: String
    var inputs: [Value]
    var outputs: [Value]

    public init(_ function: String, _ inputs: [Value], _ outputs: [Value]) {
      self.function = function
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  public var model: String
  public var initials: [Value]
  public var words: [Word]
  public var description: String { model }

  public init(_ model: String, initials: [Value], _ words: [Word]) {
    self.model = model
    self.initials = initials
    self.words = words
  }

  /// A history of a few calls: overlapping, at equal ranks, failed, unanswered.
  ///
  /// An answer is the call's input (an echo) once in four times.
  public func history(_ random: inout SeededGenerator, most: Int = 6) -> History {
    var operations: [Operation] = []
    let clients = 1 + random.below(3)
    var free = Array(repeating: 0, count: clients)
    var processes = Array(0..<clients)
    for index in 0..<(1 + random.below(most)) {
      let client = random.below(clients)
      let word = words[random.below(words.count)]
      let input = word.inputs[random.below(word.inputs.count)]
      let start = free[client] + random.below(3)
      let end = start + random.below(5)
      free[client] = end + (random.once(in: 3) ? 0 : 1)
      var operation = Operation(
        process: processes[client], function: word.function, input: input, outcome: .ok,
        call: Moment(rank: 2 * start, index: index), reply: Moment(rank: 2 * end + 1, index: index))
      switch random.below(10) {
      case 0:
        operation.outcome = .info
        operation.reply = nil
        processes[client] += clients
      case 1: operation.outcome = .fail
      default:
        operation.output =
          random.once(in: 4) ? input : word.outputs[random.below(word.outputs.count)]
      }
      operations.append(operation)
    }
    return History(operations: operations.sorted { $0.call.rank < $1.call.rank })
  }
}

/// Numbers at the ends of what a file can hold, and ordinary ones so that answers fit at times.
public let extremeNumbers: [Value] = [
  .int(.min), .int(.min + 1), .int(.max), .int(.max - 1), .int(0), .int(1), .int(-1), .int(2),
  .int(3),
]

private let odd: [Value] = [.null, .string("1"), .double(0.5), .bool(false), .list([.int(1)])]
private let few: [Value] = [.int(1), .int(2), .string("1"), .int(.min)]
private let amounts: [Value] = [.int(1), .int(-1), .int(2), .int(100_000_000_000)]

/// So much of each item, of those named.
private func stock(_ a: Value?, _ b: Value?) -> Value {
  .map(
    [("a", a), ("b", b)].compactMap { name, value in
      value.map { Value.Entry(.string(name), $0) }
    })
}

private func order(_ id: Value, _ units: Int) -> Value {
  .map([.init(.string("id"), id), .init(.string("units"), .int(units))])
}

/// One vocabulary for each model; a test checks that none is missing.
public let vocabularies: [Vocabulary] = [
  Vocabulary(
    "stock", initials: [.int(3), .int(0), .int(1_000_000_000_000_000)],
    [
      .init("take", [.int(1), .int(2), .null], extremeNumbers + [.null, .string("sold-out")]),
      .init("read", [.null], extremeNumbers + [.null]),
      .init("restock", [.int(1), .int(100_000_000_000)], extremeNumbers + [.null]),
    ]),
  Vocabulary(
    "coupon", initials: [.int(1), .int(0), .int(1_000_000_000_000_000)],
    [
      .init(
        "claim", [.int(1), .int(.min), .string("1"), .null],
        extremeNumbers + [
          .null, .bool(true), .string("already"), .string("sold-out"), .keyword("claimed"),
        ]),
      .init("read", [.null], extremeNumbers + [.null]),
    ]),
  Vocabulary(
    "basket",
    initials: [stock(.int(1), .int(2)), stock(.int(0), .int(1_000_000_000_000_000))],
    [
      .init(
        "order",
        [stock(.int(1), .int(1)), stock(.int(2), nil), stock(nil, .int(1)), stock(.int(0), nil)],
        [
          .null, .bool(true), .string("sold-out"), stock(.int(0), .int(1)), stock(.int(.max), nil),
          stock(nil, .int(.min)), stock(nil, .int(0)),
        ]),
      .init(
        "look", [.list([.string("a"), .keyword("b")]), .list([.string("b")])],
        [.null, stock(.int(1), .int(1)), stock(.int(0), nil), stock(nil, .int(.max))]),
    ]),
  Vocabulary(
    "reservation", initials: [.int(1), .int(0), .int(1_000_000_000_000_000)],
    [
      .init(
        "hold",
        [.null, .map([.init(.string("lease"), .int(1_000_000_000_000))]), .int(1)],
        [.string("t"), .int(.max), .string("sold-out"), .null]),
      .init(
        "confirm", [.string("t"), .int(.max), .null],
        [.null, .bool(true), .string("expired"), .string("t")]),
      .init("release", [.string("t"), .int(.max)], [.null, .string("expired")]),
      .init("read", [.null], extremeNumbers + [.null]),
    ]),
  Vocabulary(
    "orders", initials: [.int(2), .int(0), .int(1_000_000_000_000_000)],
    [
      .init(
        "order",
        [
          order(.int(1), 1), order(.string("1"), 1), order(.int(1), 2), order(.null, 1),
          order(.int(.min), 100_000_000_000), .int(1),
        ],
        extremeNumbers + [.null, .bool(true), .string("sold-out")]),
      .init("read", [.null], extremeNumbers + [.null]),
    ]),
  Vocabulary(
    "account", initials: [.null, .int(2), .int(1_000_000_000_000_000)],
    [
      .init("charge", [.int(1), .int(2)], extremeNumbers + [.null]),
      .init("use", [.int(1), .int(2)], extremeNumbers + [.null, .string("insufficient")]),
      .init("read", [.null], extremeNumbers + [.null]),
    ]),
  Vocabulary(
    "register", initials: few + odd,
    [.init("read", [.null], few + odd), .init("write", few + odd, [.null, .bool(true)])]),
  Vocabulary(
    "cas-register", initials: few + odd,
    [
      .init("read", [.null], few + odd), .init("write", few + odd, [.null]),
      .init(
        "cas",
        [.list([.int(1), .int(2)]), .list([.null, .string("1")]), .list([.int(2), .int(2)])],
        [.null, .bool(false), .bool(true)]),
    ]),
  Vocabulary(
    "multi-register", initials: [.null, .map([.init(.string("x"), .int(1))])],
    [
      .init("write", [pairs(.int(1), .int(.min)), pairs(.null, .int(2))], [.null]),
      .init(
        "read", [pairs(.null, .null)],
        [pairs(.int(1), .null), pairs(.null, .int(.min)), pairs(.int(1), .int(2)), .null]),
      .init(
        "txn", [.list([.list([.string("r"), .string("x"), .null])])],
        [.list([.list([.string("r"), .string("x"), .int(1)])]), .null]),
    ]),
  Vocabulary(
    "counter", initials: [.null, .int(1_000_000_000_000_000), .int(-1)],
    [
      .init("add", amounts, [.null, .bool(true)]), .init("read", [.null], extremeNumbers + [.null]),
    ]),
  Vocabulary(
    "set", initials: [.null, .list([.int(.min)])],
    [
      .init("add", few, [.null, .bool(true), .bool(false)]),
      .init("remove", few, [.null, .bool(true), .bool(false)]),
      .init("contains", few, [.bool(true), .bool(false)]),
      .init("read", [.null], [.list([]), .list([.int(1)]), .list([.int(.min), .int(1)]), .null]),
    ]),
  Vocabulary(
    "fifo-queue", initials: [.null, .list([.int(.min)])],
    [.init("enqueue", few, [.null, .bool(true)]), .init("dequeue", [.null], few + [.null])]),
  Vocabulary(
    "unordered-queue", initials: [.null, .list([.int(.min)])],
    [.init("enqueue", few, [.null]), .init("dequeue", [.null], few + [.null])]),
  Vocabulary(
    "mutex", initials: [.null, .string("locked")],
    [
      .init("acquire", [.null], [.null, .bool(false), .int(.max)]),
      .init("release", [.null], [.null, .bool(false)]),
    ]),
  Vocabulary(
    "owner-mutex", initials: [.null, .int(0)],
    [
      .init("acquire", [.null], [.null, .bool(false), .bool(true)]),
      .init("release", [.null], [.null, .bool(false)]),
    ]),
  Vocabulary(
    "fenced-mutex", initials: [.null, .int(2)],
    [
      .init("acquire", [.null], extremeNumbers + [.null, .bool(false)]),
      .init("release", [.null], [.null, .bool(true), .bool(false)]),
    ]),
  Vocabulary(
    "kv-append", initials: [.null, .string("a")],
    [
      .init("get", [.null], [.string(""), .string("a"), .string("ab"), .null]),
      .init("put", [.string("a"), .string("")], [.null]),
      .init("append", [.string("b"), .string("")], [.null]),
    ]),
]

private func pairs(_ x: Value, _ y: Value) -> Value {
  .map([.init(.string("x"), x), .init(.string("y"), y)])
}
