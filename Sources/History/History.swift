// A complete recorded history: every operation, every event, and where they came from.
// It is a value: reading, writing and judging it need neither clock nor file.

/// What the first line of an own history says about the run.
public struct Header: Sendable, Hashable {
  /// Version of the format (`"soldout": 1`).
  public var version: Int
  public var workload: String?
  public var strategy: String?
  /// The model the history claims to follow, such as `stock`.
  public var model: String?
  /// Initial value by key, such as `item-0: 100`; key `.null` where there is only one object.
  public var initial: [Value: Value]
  public var seed: String?
  /// Further keys, kept as read: servers, clients, …
  public var extra: [Value.Entry]

  public init(
    version: Int = 1, workload: String? = nil, strategy: String? = nil, model: String? = nil,
    initial: [Value: Value] = [:], seed: String? = nil, extra: [Value.Entry] = []
  ) {
    self.version = version
    self.workload = workload
    self.strategy = strategy
    self.model = model
    self.initial = initial
    self.seed = seed
    self.extra = extra
  }
}

/// Operations and events of one run.
public struct History: Sendable {
  /// An entry, by the position of its operation in `operations` or of its event in `events`.
  public enum Place: Sendable, Hashable {
    case call(Int)
    case reply(Int)
    case event(Int)
  }

  public var header: Header
  /// Sorted by call; ill-formed histories never get this far (see `HistoryBuilder`).
  public var operations: [Operation]
  public var events: [Event]
  /// The commands behind an operation, by its position in `operations`, where recorded.
  public var steps: [Int: [Step]]
  /// When the client of an `info` operation gave it up, by its position in `operations`, where
  /// recorded. It bounds nothing (the effect may be later still); it says how long the wait was.
  public var givenUp: [Int: Moment]
  /// Further keys of an entry, kept as read.
  public var extra: [Place: [Value.Entry]]
  /// What the ranks of its moments follow.
  public var order: EventOrder
  /// The file's name, for messages; `-` for standard input.
  public var source: String?

  public init(
    header: Header = Header(), operations: [Operation], events: [Event] = [],
    steps: [Int: [Step]] = [:], givenUp: [Int: Moment] = [:], extra: [Place: [Value.Entry]] = [:],
    order: EventOrder = .times, source: String? = nil
  ) {
    self.header = header
    self.operations = operations
    self.events = events
    self.steps = steps
    self.givenUp = givenUp
    self.extra = extra
    self.order = order
    self.source = source
  }

  /// Positions in `operations` by key, keys in the order of their first call.
  public func partitions() -> [(key: Value?, operations: [Int])] {
    var slots: [Value?: Int] = [:]
    var parts: [(key: Value?, operations: [Int])] = []
    for (position, operation) in operations.enumerated() {
      if let slot = slots[operation.key] {
        parts[slot].operations.append(position)
      } else {
        slots[operation.key] = parts.count
        parts.append((operation.key, [position]))
      }
    }
    return parts
  }
}
