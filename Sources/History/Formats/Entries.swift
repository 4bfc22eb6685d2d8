// A history back as lines, in the order it was read: what every writer starts from.

/// The entries of a history, made one at a time.
public struct Entries: Sequence {
  fileprivate let history: History
  /// Whether the order of lines is to say what the times said.
  fileprivate let byPosition: Bool

  public func makeIterator() -> Iterator { Iterator(history, byPosition: byPosition) }

  public struct Iterator: IteratorProtocol {
    private let history: History
    /// What comes next, last first.
    private var places: [Place] = []

    fileprivate init(_ history: History, byPosition: Bool) {
      self.history = history
      places.reserveCapacity(history.operations.count * 2 + history.events.count)
      for (position, operation) in history.operations.enumerated() {
        add(operation.call, .call, position)
        if let reply = operation.reply ?? history.givenUp[position] {
          add(reply, .reply, position)
        }
      }
      for (position, event) in history.events.enumerated() { add(event.moment, .event, position) }
      places.sort { $0.sortKey < $1.sortKey }
      if byPosition && history.order == .times { openTies() }
      places.reverse()
    }

    /// Puts calls before replies among equal times, so that they stay concurrent where only the
    /// order of lines counts. A process' reply stays before its own next call; where two processes
    /// reply and call again at one time, no order of lines says "concurrent" of all four.
    private mutating func openTies() {
      var start = places.startIndex
      while start < places.endIndex {
        let rank = places[start].rank
        let end = places[start...].firstIndex { $0.rank != rank } ?? places.endIndex
        if end - start > 1 {
          places.replaceSubrange(start..<end, with: opened(Array(places[start..<end])))
        }
        start = end
      }
    }

    private func opened(_ tie: [Place]) -> [Place] {
      var first: [Place] = []
      var later: [Place] = []
      var replying: Set<Int> = []
      var callingAgain: Set<Int> = []
      for place in tie {
        guard place.part != .event else {
          first.append(place)
          continue
        }
        let process = history.operations[place.position].process
        if place.part == .reply {
          replying.insert(process)
        } else if replying.contains(process) {
          callingAgain.insert(process)
        } else {
          first.append(place)
          continue
        }
        later.append(place)
      }
      let isChained = { (place: Place) in
        callingAgain.contains(history.operations[place.position].process)
      }
      return first + later.filter(isChained) + later.filter { !isChained($0) }
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
  public var entries: Entries { Entries(history: self, byPosition: false) }

  /// The same for a form without times that count: equal times stand calls first.
  var entriesByPosition: Entries { Entries(history: self, byPosition: true) }

  fileprivate func call(of position: Int) -> Entry {
    let operation = operations[position]
    return Entry(
      process: .client(operation.process), kind: .invoke, function: operation.function,
      key: operation.key, value: operation.input, time: operation.call.time,
      index: operation.call.index, intended: operation.intended,
      extra: extra[.call(position)] ?? [], line: operation.call.line)
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
      extra: extra[.reply(position)] ?? [], line: moment.line)
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
      extra: extra[.event(position)] ?? [], line: event.moment.line)
    if let place = entry.extra.firstIndex(where: { $0.key == .string("error") }) {
      entry.error = entry.extra.remove(at: place).value.description
    }
    return entry
  }
}
