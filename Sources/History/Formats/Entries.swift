// A history back as lines, in the order it was read in: what every writer starts from.

/// The entries of a history, made one at a time.
public struct Entries: Sequence {
  fileprivate let history: History

  public func makeIterator() -> Iterator { Iterator(history) }

  public struct Iterator: IteratorProtocol {
    private let history: History
    /// What comes next, last first.
    private var places: [Place] = []

    fileprivate init(_ history: History) {
      self.history = history
      places.reserveCapacity(history.operations.count * 2 + history.events.count)
      for (position, operation) in history.operations.enumerated() {
        add(operation.call, .call, position)
        if let reply = operation.reply ?? history.givenUp[position] {
          add(reply, .reply, position)
        }
      }
      for (position, event) in history.events.enumerated() { add(event.moment, .event, position) }
      places.sort { $1.sortKey < $0.sortKey }
    }

    private mutating func add(_ moment: Moment, _ part: Part, _ position: Int) {
      // Equal times are told apart by where they stood: a process' reply before its next call.
      let rank = history.order == .times ? moment.rank >> 1 : moment.rank
      places.append(
        Place(rank: rank, line: moment.line, index: moment.index, part: part, position: position))
    }

    public mutating func next() -> Entry? {
      guard let place = places.popLast() else { return nil }
      return switch place.part {
      case .call: history.call(of: place.position)
      case .reply: history.reply(of: place.position)
      case .event: history.event(at: place.position)
      }
    }
  }

  fileprivate enum Part: UInt8 { case call, reply, event }

  fileprivate struct Place {
    var rank: Int
    var line: Int
    var index: Int
    var part: Part
    var position: Int

    var sortKey: (Int, Int, Int, UInt8, Int) { (rank, line, index, part.rawValue, position) }
  }
}

extension History {
  /// Calls, replies and events in their order.
  public var entries: Entries { Entries(history: self) }

  fileprivate func call(of position: Int) -> Entry {
    let operation = operations[position]
    return Entry(
      process: .client(operation.process), kind: .invoke, function: operation.function,
      key: operation.key, value: operation.input, time: operation.call.time,
      index: operation.call.index, intended: operation.intended,
      extra: extra[operation.call.index] ?? [], line: operation.call.line)
  }

  fileprivate func reply(of position: Int) -> Entry {
    let operation = operations[position]
    let moment = operation.reply ?? givenUp[position] ?? operation.call
    let kind: Entry.Kind =
      switch operation.outcome {
      case .ok: .ok
      case .fail: .fail
      case .info: .info
      }
    var entry = Entry(
      process: .client(operation.process), kind: kind, function: operation.function,
      key: operation.key, value: kind == .ok ? operation.output : operation.input,
      time: moment.time, index: moment.index, error: operation.error, steps: steps[position] ?? [],
      extra: extra[moment.index] ?? [], line: moment.line)
    if let place = entry.extra.firstIndex(where: { $0.key == .string("value") }) {
      entry.value = entry.extra.remove(at: place).value
    }
    return entry
  }

  fileprivate func event(at position: Int) -> Entry {
    let event = events[position]
    var entry = Entry(
      process: .named(event.process), kind: .info, function: event.function, key: event.key,
      value: event.value, time: event.moment.time, index: event.moment.index,
      extra: extra[event.moment.index] ?? [], line: event.moment.line)
    if let place = entry.extra.firstIndex(where: { $0.key == .string("error") }) {
      entry.error = entry.extra.remove(at: place).value.description
    }
    return entry
  }
}
