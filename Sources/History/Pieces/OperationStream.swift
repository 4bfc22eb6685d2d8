// Pairs replies with calls while a history is read, and passes every operation on when it is over, so
// that only open ones are held. It explains no error: what it can't pass on exactly as the
// whole history would have it, it refuses, and the history has to be read as a whole.

/// Takes operations and events in the order of a history, while it is read.
public protocol OperationReceiver {
  /// The header comes first, with what the ranks of moments follow.
  mutating func begin(_ header: Header, order: EventOrder)
  /// A call, without its reply. Positions count the calls, as in `History.operations`.
  mutating func call(_ operation: Operation, at position: Int)
  /// An operation that is over: replied, given up (at that moment, as `History.givenUp` has it), or
  /// open at the end.
  mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?)
  mutating func event(_ event: Event)
}

/// Why a history can't be handed on while it is read; read as a whole it may well be judged.
public struct NotStreamable: Error, Sendable, Hashable {
  public var reason: String
}

/// An own history on its way from the pieces of its file to a receiver.
///
/// Steps and further keys of entries are left out.
public struct OperationStream<Receiver: OperationReceiver> {
  private var sink: StreamSink<Receiver>
  private var place = JSONLines.Place()

  public init(to receiver: Receiver) {
    sink = StreamSink(receiver: receiver)
  }

  public var receiver: Receiver {
    get { sink.receiver }
    _modify { yield &sink.receiver }
  }

  /// What was passed over, such as a last line cut off by a kill.
  public var notes: [ParseError] { sink.notes }

  /// No entry to come has a rank up to this one.
  public var horizon: Int { sink.horizon }

  /// Reads the next lines; only the last piece may end within one.
  public mutating func read(_ piece: [UInt8]) throws(NotStreamable) {
    var lines = JSONLines(piece, from: place)
    do throws(ParseError) {
      try lines.read(into: &sink)
    } catch {
      throw NotStreamable(reason: "\(error)")
    }
    place = lines.place
  }

  /// Ends the operations still open: a killed run keeps its prefix.
  public mutating func finish() throws(NotStreamable) -> Receiver {
    guard sink.hasHeader else { throw NotStreamable(reason: "the history has no header") }
    sink.endOpen()
    return sink.receiver
  }
}

private struct StreamSink<Receiver: OperationReceiver>: EntrySink {
  var receiver: Receiver
  var notes: [ParseError] = []
  private(set) var hasHeader = false
  private var order = EventOrder.times
  /// The call each process has open.
  private var open: [Int: (operation: Operation, position: Int)] = [:]
  private var entries = 0
  private var calls = 0
  private var lastTime: Int64 = -farthestTime

  init(receiver: Receiver) {
    self.receiver = receiver
  }

  /// Equal times may follow, and calls rank before replies of the same time.
  var horizon: Int { order == .times ? Int(lastTime) * 2 - 1 : entries - 1 }

  mutating func expect(operations: Int) {}

  mutating func take(header: Header, order: EventOrder) {
    hasHeader = true
    self.order = order
    receiver.begin(header, order: order)
  }

  mutating func refuse(_ parseError: ParseError) throws(ParseError) { throw parseError }

  mutating func note(_ parseError: ParseError) { notes.append(parseError) }

  mutating func take(_ entry: Entry) throws(ParseError) {
    guard hasHeader else { throw odd(entry, "the history has no header") }
    let rank = try rank(of: entry)
    let moment = Moment(
      rank: rank, index: entry.index ?? entries, line: entry.line, time: entry.time)
    switch (entry.process, entry.kind) {
    case (.named(let name), .info):
      // Settles operations whose replies would have to be known already.
      if name == History.resolver { throw odd(entry, "operations were settled after the run") }
      receiver.event(
        Event(
          process: name, function: entry.function, key: entry.key, value: entry.value,
          moment: moment))
    case (.named, _): throw odd(entry, "a process that is not a number makes a call")
    case (.client(let process), .invoke): try call(entry, by: process, at: moment)
    case (.client(let process), _): try end(entry, by: process, at: moment)
    }
    entries += 1
  }

  private mutating func rank(of entry: Entry) throws(ParseError) -> Int {
    if let time = entry.time, !(-farthestTime...farthestTime).contains(time) {
      throw odd(entry, "a time is out of range")
    }
    guard order == .times else { return entries }
    guard let time = entry.time, time >= lastTime else {
      throw odd(entry, "a time is missing, or goes backwards")
    }
    lastTime = time
    let isReply = if case .client = entry.process { entry.kind != .invoke } else { false }
    return Int(time) * 2 + (isReply ? 1 : 0)
  }

  private mutating func call(
    _ entry: Entry, by process: Int, at moment: Moment
  ) throws(ParseError) {
    let operation = Operation(
      process: process, function: entry.function, key: entry.key, input: entry.value,
      outcome: .info, call: moment, reply: nil, intended: entry.intended)
    guard open.updateValue((operation, calls), forKey: process) == nil else {
      throw odd(entry, "a process calls while its call is open")
    }
    receiver.call(operation, at: calls)
    calls += 1
  }

  private mutating func end(
    _ entry: Entry, by process: Int, at moment: Moment
  ) throws(ParseError) {
    guard let (called, position) = open.removeValue(forKey: process),
      entry.function == called.function, entry.key == nil || entry.key == called.key
    else { throw odd(entry, "a reply answers no open call") }
    var operation = called
    if entry.kind != .info {
      operation.outcome = entry.kind == .ok ? .ok : .fail
      operation.reply = moment
      if entry.kind == .ok { operation.output = entry.value }
    }
    operation.error = entry.error
    receiver.end(operation, at: position, givenUp: entry.kind == .info ? moment : nil)
  }

  mutating func endOpen() {
    for (operation, position) in open.values.sorted(by: { $0.position < $1.position }) {
      receiver.end(operation, at: position, givenUp: nil)
    }
    open = [:]
  }

  private func odd(_ entry: Entry, _ what: String) -> ParseError {
    ParseError(line: entry.line, column: entry.column, rule: .content, what)
  }
}
