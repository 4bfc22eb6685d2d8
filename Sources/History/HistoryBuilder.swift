// Pairs replies with calls, line by line, and refuses what is ill-formed.
// Every format feeds it entries, so that "two calls open on one process" is found by one rule.

/// A line of a history: a call, its reply, or an event.
public struct Entry: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable { case invoke, ok, fail, info }
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
  /// Keys with no meaning here, kept as read.
  public var extra: [Value.Entry]
  public var line: Int
  /// Column in bytes, counted from 1; 0 where the entry has a line to itself.
  public var column: Int

  public init(
    process: Process, kind: Kind, function: String, key: Value? = nil, value: Value = .null,
    time: Int64? = nil, index: Int? = nil, intended: Int64? = nil, error: String? = nil,
    steps: [Step] = [], extra: [Value.Entry] = [], line: Int = 0, column: Int = 0
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
    self.extra = extra
    self.line = line
    self.column = column
  }
}

/// Which of two events came first.
public enum EventOrder: Sendable, Hashable {
  /// By time; equal times are concurrent. For histories whose stamps share one clock.
  case times
  /// By position in the file, for histories written through one journal (Jepsen's interpreter)
  /// or without times.
  case positions
}

/// Builds a history from entries in the order of the file.
public struct HistoryBuilder: Sendable {
  /// Where `order` is nil: by times if every entry has one, else by positions.
  private var order: EventOrder?
  private var history: History
  private var open: [Int: Int] = [:]
  private var entries = 0
  private var timed = 0
  private var lastTime: Int64 = .min
  private var lastTimeLine = 0
  /// The first time that went backwards, and the first entry without one: whether they matter
  /// is known at the end when the order was left open.
  private var backwards: ParseError?
  private var untimed: (line: Int, column: Int)?

  /// A builder for entries in this order; nil stands for "by times if every entry has one, else by
  /// positions".
  public init(order: EventOrder?, source: String? = nil) {
    self.order = order
    self.history = History(operations: [], source: source)
  }

  public var header: Header {
    get { history.header }
    set { history.header = newValue }
  }

  /// Fixes the order before the first entry, as a header does.
  mutating func follow(_ order: EventOrder) {
    self.order = order
  }

  /// Makes room for this many operations at once, so that none is moved while the history grows.
  public mutating func reserve(operations: Int) {
    history.operations.reserveCapacity(operations)
  }

  /// Takes the next line. A refused entry changes nothing, so a linter can go on after it.
  public mutating func append(_ entry: Entry) throws(ParseError) {
    try checkTime(entry)
    let moment = Moment(
      rank: entries, index: entry.index ?? entries, line: entry.line, column: entry.column,
      time: entry.time)
    switch entry.process {
    case .named(let name):
      try event(entry, by: name, at: moment)
    case .client(let process):
      if entry.kind == .invoke {
        try call(entry, by: process, at: moment)
      } else {
        try reply(entry, by: process, at: moment)
      }
    }
    entries += 1
    if let time = entry.time {
      lastTime = max(time, lastTime)
      lastTimeLine = entry.line
      timed += 1
    } else if untimed == nil {
      untimed = (entry.line, entry.column)
    }
  }

  /// Forgets that a process has a call open; the call stays, indeterminate.
  mutating func abandon(_ process: Int) {
    open[process] = nil
  }

  /// The finished history. Calls still open are indeterminate: a killed run keeps its prefix.
  public consuming func finish() throws(ParseError) -> History {
    try take()
  }

  /// The finished history, moved out: a copy of a million operations would be seen.
  mutating func take() throws(ParseError) -> History {
    let byTime = try isOrderedByTime()
    history.order = byTime ? .times : .positions
    if byTime { history.rankByTime() }
    var finished = History(operations: [])
    swap(&finished, &history)
    return finished
  }

  private func isOrderedByTime() throws(ParseError) -> Bool {
    guard timed > 0, order != .positions else { return false }
    if let untimed {
      guard order == .times else { return false }
      throw ParseError(
        line: untimed.line, column: untimed.column, rule: .timeSometimes,
        "this entry has no time, but others have; give all of them one, or none")
    }
    if let backwards { throw backwards }
    return true
  }
}

extension HistoryBuilder {
  private mutating func checkTime(_ entry: Entry) throws(ParseError) {
    guard let time = entry.time else { return }
    guard (-farthestTime...farthestTime).contains(time) else {
      throw ParseError(
        line: entry.line, column: entry.column, rule: .timeRange,
        "time \(time) is out of range; nanoseconds on one clock stay within ±2^61")
    }
    guard order != .positions, time < lastTime, backwards == nil else { return }
    let parseError = ParseError(
      line: entry.line, column: entry.column, rule: .timeBackwards,
      "time goes backwards: \(time) after \(lastTime) on line \(lastTimeLine); "
        + "entries must be in the order of their times")
    if order == .times { throw parseError }
    backwards = parseError
  }

  private mutating func event(
    _ entry: Entry, by name: String, at moment: Moment
  ) throws(ParseError) {
    guard entry.kind == .info else {
      throw ParseError(
        line: entry.line, column: entry.column, rule: .process,
        "process \"\(brief(name))\" is not a number, so its \(entry.kind.rawValue) is not a client's; "
          + "clients are numbered, and other processes report events of type info")
    }
    let place = History.Place.event(history.events.count)
    keep(entry.extra, of: place)
    if let error = entry.error { keep([.init(.string("error"), .string(error))], of: place) }
    history.events.append(
      Event(
        process: name, function: entry.function, key: entry.key, value: entry.value,
        moment: moment))
  }

  private mutating func call(
    _ entry: Entry, by process: Int, at moment: Moment
  ) throws(ParseError) {
    if let position = open.updateValue(history.operations.count, forKey: process) {
      open[process] = position
      let line = history.operations[position].call.line
      throw ParseError(
        line: entry.line, column: entry.column, rule: .callWhileOpen,
        "process \(process) calls \(brief(entry.function)) while its call on line \(line) "
          + "is still open; a process performs one operation at a time")
    }
    keep(entry.extra, of: .call(history.operations.count))
    history.operations.append(
      Operation(
        process: process, function: entry.function, key: entry.key, input: entry.value,
        outcome: .info, call: moment, reply: nil, intended: entry.intended))
  }

  private mutating func reply(
    _ entry: Entry, by process: Int, at moment: Moment
  ) throws(ParseError) {
    guard let position = open.removeValue(forKey: process) else {
      throw ParseError(
        line: entry.line, column: entry.column, rule: .replyWithoutCall,
        "\(entry.kind.rawValue) of process \(process) answers no open call; "
          + "an invoke of this process must come first")
    }
    guard entry.function == history.operations[position].function,
      entry.key == nil || entry.key == history.operations[position].key
    else {
      open[process] = position
      throw mismatch(of: entry, with: history.operations[position])
    }
    complete(position, with: entry, at: moment)
    if !entry.steps.isEmpty { history.steps[position] = entry.steps }
  }

  private mutating func complete(_ position: Int, with entry: Entry, at moment: Moment) {
    switch entry.kind {
    case .ok:
      history.operations[position].outcome = .ok
      history.operations[position].output = entry.value
      history.operations[position].reply = moment
    case .fail:
      history.operations[position].outcome = .fail
      history.operations[position].reply = moment
    case .info, .invoke:
      history.givenUp[position] = moment
    }
    if let error = entry.error { history.operations[position].error = error }
    keep(entry.extra, of: .reply(position))
    if entry.kind != .ok, entry.value != .null, entry.value != history.operations[position].input {
      keep([.init(.string("value"), entry.value)], of: .reply(position))
    }
  }

  private mutating func keep(_ extra: [Value.Entry], of place: History.Place) {
    if !extra.isEmpty { history.extra[place, default: []] += extra }
  }

  private func mismatch(of entry: Entry, with operation: Operation) -> ParseError {
    let process = operation.process
    guard operation.function == entry.function else {
      return ParseError(
        line: entry.line, column: entry.column, rule: .functionMismatch,
        "process \(process) called \(brief(operation.function)) on line \(operation.call.line), "
          + "but this line answers \(brief(entry.function))")
    }
    return ParseError(
      line: entry.line, column: entry.column, rule: .keyMismatch,
      "process \(process) called with \(operation.key.map { "key \(brief($0))" } ?? "no key") "
        + "on line \(operation.call.line), but this line answers "
        + (entry.key.map { "key \(brief($0))" } ?? "no key"))
  }
}

/// Times are doubled to rank them; so far from 0 that no sum of two overflows.
let farthestTime: Int64 = 1 << 61

extension History {
  /// Gives every event its rank by time, calls before replies among equal times.
  fileprivate mutating func rankByTime() {
    // A builder's times never decrease, so ranks differ from positions only within a run of equal
    // times; 2·time and 2·time + 1 order all of them without a sort.
    for position in operations.indices {
      if let time = operations[position].call.time {
        operations[position].call.rank = Int(time) * 2
      }
      if let time = operations[position].reply?.time {
        operations[position].reply?.rank = Int(time) * 2 + 1
      }
    }
    for (position, moment) in givenUp {
      if let time = moment.time { givenUp[position]?.rank = Int(time) * 2 + 1 }
    }
    for position in events.indices {
      if let time = events[position].moment.time { events[position].moment.rank = Int(time) * 2 }
    }
  }
}
