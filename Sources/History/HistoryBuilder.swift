// Pairs replies with calls, line by line, and refuses what is ill-formed.
// Every format feeds it entries, so that "two calls open on one process" is found by one rule.

/// A line of a history: a call, its reply, or an event.
public struct Entry: Sendable {
  public enum Kind: String, Sendable { case invoke, ok, fail, info }
  public enum Process: Sendable, Hashable {
    case client(Int)
    case named(String)
  }

  public var process: Process
  public var kind: Kind
  public var function: String
  public var key: Value?
  public var value: Value
  public var time: Int64?
  public var index: Int?
  public var intended: Int64?
  public var error: String?
  public var steps: [Step]
  public var line: Int

  public init(
    process: Process, kind: Kind, function: String, key: Value? = nil, value: Value = .null,
    time: Int64? = nil, index: Int? = nil, intended: Int64? = nil, error: String? = nil,
    steps: [Step] = [], line: Int = 0
  ) {
    self.process = process
    self.kind = kind
    self.function = function
    self.key = key
    self.value = value
    self.time = time
    self.index = index
    self.intended = intended
    self.error = error
    self.steps = steps
    self.line = line
  }
}

/// Which of two events came first.
public enum EventOrder: Sendable {
  /// By time; equal times are concurrent. For histories whose stamps share one clock.
  case times
  /// By position in the file, for histories written through one journal (Jepsen's interpreter)
  /// or without times.
  case positions
}

/// Why a file is not a history.
public struct Malformation: Error, Sendable, Hashable, CustomStringConvertible {
  /// Line, counted from 1; 0 where the whole file is meant.
  public var line: Int
  /// Column in bytes, counted from 1; 0 where the whole line is meant.
  public var column: Int
  /// What is wrong and what was expected, in one sentence without the position.
  public var message: String

  public init(line: Int, column: Int = 0, _ message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String {
    switch (line, column) {
    case (0, _): message
    case (_, 0): "\(line): \(message)"
    default: "\(line):\(column): \(message)"
    }
  }
}

/// Builds a history from entries in the order of the file.
public struct HistoryBuilder: Sendable {
  private var history: History
  private let order: EventOrder
  private var open: [Int: Int] = [:]
  private var entries = 0
  private var lastTime: Int64 = .min
  private var lastTimeLine = 0
  private var timed = 0

  public init(order: EventOrder, source: String? = nil) {
    self.order = order
    self.history = History(operations: [], source: source)
  }

  public var header: Header {
    get { history.header }
    set { history.header = newValue }
  }

  /// Takes the next line. A refused entry changes nothing, so a linter can go on after it.
  public mutating func append(_ entry: Entry) throws(Malformation) {
    try checkTime(entry)
    let moment = Moment(
      rank: entries, index: entry.index ?? entries, line: entry.line, time: entry.time)
    switch entry.process {
    case .named(let name):
      history.events.append(
        Event(
          process: name, function: entry.function, key: entry.key, value: entry.value,
          moment: moment))
    case .client(let process):
      if entry.kind == .invoke {
        try call(entry, by: process, at: moment)
      } else {
        try reply(entry, by: process, at: moment)
      }
    }
    entries += 1
    if let time = entry.time {
      lastTime = time
      lastTimeLine = entry.line
      timed += 1
    }
  }

  /// The finished history. Calls still open are indeterminate: a killed run keeps its prefix.
  public consuming func finish() throws(Malformation) -> History {
    var history = self.history
    if order == .times && timed > 0 {
      guard timed == entries else {
        throw Malformation(line: 0, "some entries have a time and some have none; give all or none")
      }
      history.rankByTime()
    }
    return history
  }

  private func checkTime(_ entry: Entry) throws(Malformation) {
    guard order == .times, let time = entry.time, time < lastTime else { return }
    throw Malformation(
      line: entry.line,
      "time goes backwards: \(time) after \(lastTime) on line \(lastTimeLine); "
        + "entries must be in the order of their times")
  }

  private mutating func call(
    _ entry: Entry, by process: Int, at moment: Moment
  ) throws(Malformation) {
    if let position = open[process] {
      let line = history.operations[position].call.line
      throw Malformation(
        line: entry.line,
        "process \(process) calls \(entry.function) while its call on line \(line) is still open; "
          + "a process performs one operation at a time")
    }
    open[process] = history.operations.count
    history.operations.append(
      Operation(
        process: process, function: entry.function, key: entry.key, input: entry.value,
        outcome: .info, call: moment, reply: nil, intended: entry.intended))
  }

  private mutating func reply(
    _ entry: Entry, by process: Int, at moment: Moment
  ) throws(Malformation) {
    guard let position = open[process] else {
      throw Malformation(
        line: entry.line,
        "\(entry.kind.rawValue) of process \(process) answers no open call; "
          + "an invoke of this process must come first")
    }
    let function = history.operations[position].function
    guard function == entry.function else {
      throw Malformation(
        line: entry.line,
        "process \(process) called \(function) on line "
          + "\(history.operations[position].call.line), but this line answers \(entry.function)")
    }
    if let key = entry.key, let called = history.operations[position].key, key != called {
      throw Malformation(
        line: entry.line,
        "process \(process) called with key \(called), but this line answers key \(key)")
    }
    open[process] = nil
    if let outcome = Outcome(rawValue: entry.kind.rawValue) {
      history.operations[position].outcome = outcome
    }
    if entry.kind == .ok { history.operations[position].output = entry.value }
    if entry.kind != .info { history.operations[position].reply = moment }
    history.operations[position].error = entry.error
    if !entry.steps.isEmpty { history.steps[position] = entry.steps }
  }
}

extension History {
  /// Gives every event its rank by time, calls before replies among equal times.
  fileprivate mutating func rankByTime() {
    // A builder's times never decrease, so ranks differ from positions only within a run of equal
    // times; 2·time and 2·time + 1 order all of them without a sort.
    for position in operations.indices {
      if let time = operations[position].call.time {
        operations[position].call.rank = Int(time) &* 2
      }
      if let time = operations[position].reply?.time {
        operations[position].reply?.rank = Int(time) &* 2 &+ 1
      }
    }
    for position in events.indices {
      if let time = events[position].moment.time { events[position].moment.rank = Int(time) &* 2 }
    }
  }
}
