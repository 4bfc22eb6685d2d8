// What a picture of a counterexample shows, in the order in which it happened, before columns are
// assigned. Equal stamps are concurrent and share one place.

import History

/// A point in a picture's order: a time or a rank, and a turn among equal ones.
struct Instant: Hashable, Comparable, Sendable {
  var at: Int64
  /// Of equal times calls come before replies, so that the two operations overlap.
  var turn: Int

  static func < (left: Instant, right: Instant) -> Bool {
    (left.at, left.turn) < (right.at, right.turn)
  }

  /// This instant, or one just after another where this would not be later.
  func after(_ other: Instant) -> Instant {
    self > other ? self : Instant(at: other.at, turn: other.turn + 1)
  }
}

/// A command within an operation.
struct SceneStep: Sendable, Hashable {
  var command: String
  var reply: String
  var sent: Instant
  var received: Instant
}

/// One row: an operation, a fault, or a lane of marks.
struct SceneRow: Sendable, Hashable {
  enum Body: Sendable, Hashable {
    /// From the call to the reply; open-ended without one.
    case operation(call: Instant, reply: Instant?, steps: [SceneStep])
    /// A fault; nil where it began before, or lasted beyond, the picture.
    case fault(start: Instant?, end: Instant?)
    case marks([Mark])
  }

  struct Mark: Sendable, Hashable {
    var at: Instant
    var text: String
  }

  /// The process: `p3`, `nemesis`.
  var lane: String
  /// Whether the row is its process's first, which names it.
  var namesLane = true
  /// The operation's index: `#33`.
  var index: String
  /// The operation's call: `take`.
  var call: String
  var body: Body
  /// What stands at the row's end, such as `ok, 57 left`.
  var result: Span
}

/// The rows of a picture.
struct Scene: Sendable {
  var rows: [SceneRow]
  /// Whether instants are nanoseconds; else ranks, which say nothing of how long something took.
  var hasTimes: Bool
  /// Operations with steps that have no place in the rows.
  var hasUnplacedSteps: Bool
  /// The first and the last instant of the operations.
  var first: Instant
  var last: Instant
  /// Events in the window that the picture leaves out, being too many.
  var eventsLeftOut: Int

  /// The scene of the operations and faults alone; the other events are counted as left out.
  var withoutMarks: Scene {
    var scene = self
    scene.rows = []
    for row in rows {
      if case .marks(let marks) = row.body {
        scene.eventsLeftOut += marks.count
      } else {
        scene.rows.append(row)
      }
    }
    return scene
  }
}

extension Scene {
  /// Faults and other lanes shown at most; a picture is about its operations.
  private static let mostFaults = 4
  private static let mostMarks = 6

  /// The scene of these operations (positions), or nil when there is none.
  init?(_ positions: [Int], of history: History) {
    guard !positions.isEmpty else { return nil }
    let operations = positions.map { history.operations[$0] }
    let hasTimes = Self.timesAgreeWithRanks(operations)
    self.hasTimes = hasTimes
    hasUnplacedSteps = !hasTimes && positions.contains { history.steps[$0]?.isEmpty == false }
    let showsKeys = Set(operations.map(\.key)).count > 1
    rows = []
    first = Instant(at: .max, turn: 0)
    last = Instant(at: .min, turn: 0)
    for (position, operation) in zip(positions, operations) {
      let steps = hasTimes ? history.steps[position] ?? [] : []
      let row = SceneRow(operation, steps: steps, byTime: hasTimes, showsKey: showsKeys)
      rows.append(row)
      for instant in row.instants {
        first = min(first, instant)
        last = max(last, instant)
      }
    }
    rows = Self.byLane(rows)
    eventsLeftOut = 0
    addEvents(of: history, keys: Set(operations.map(\.key)))
  }

  /// Whether every moment has a time and their order is that of the ranks.
  private static func timesAgreeWithRanks(_ operations: [Operation]) -> Bool {
    let moments = operations.flatMap { [$0.call, $0.reply].compactMap(\.self) }
    guard moments.allSatisfy({ $0.time != nil }) else { return false }
    let times = moments.sorted { $0.rank < $1.rank }.map { $0.time ?? 0 }
    return zip(times, times.dropFirst()).allSatisfy(<=)
  }

  /// Rows of one process together, processes by their first call; only the first names it.
  private static func byLane(_ rows: [SceneRow]) -> [SceneRow] {
    var lanes: [(name: String, rows: [SceneRow])] = []
    for row in rows {
      if let place = lanes.firstIndex(where: { $0.name == row.lane }) {
        var row = row
        row.namesLane = false
        lanes[place].rows.append(row)
      } else {
        lanes.append((row.lane, [row]))
      }
    }
    return lanes.flatMap(\.rows)
  }

  private mutating func addEvents(of history: History, keys: Set<Value?>) {
    func instant(_ event: Event) -> Instant? {
      if !hasTimes { return Instant(at: Int64(event.moment.rank), turn: 0) }
      return event.moment.time.map { Instant(at: $0, turn: 0) }
    }
    func concerns(_ event: Event) -> Bool { event.key == nil || keys.contains(event.key) }
    var faults: [SceneRow] = []
    for span in FaultSpan.spans(of: history.events) where concerns(span.start) {
      guard let start = instant(span.start), start <= last else { continue }
      let end = span.end.flatMap(instant)
      if let end, end < first { continue }
      faults.append(
        SceneRow(
          lane: FaultSpan.reporter, index: "", call: "",
          body: .fault(
            start: start < first ? nil : start,
            end: end.flatMap { $0 > last ? nil : $0.after(start) }),
          result: Span(OperationText.event(span.start), .fault)))
    }
    var marks: [(name: String, marks: [SceneRow.Mark])] = []
    for event in history.events where isMark(event) && concerns(event) {
      guard let at = instant(event), at >= first, at <= last else { continue }
      let mark = SceneRow.Mark(at: at, text: OperationText.event(event))
      if let place = marks.firstIndex(where: { $0.name == event.process }) {
        marks[place].marks.append(mark)
      } else {
        marks.append((event.process, [mark]))
      }
    }
    append(faults: faults, marks: marks)
  }

  /// Faults have rows of their own, commands of instances a list, and the run's phases are no part of a
  /// counterexample.
  private func isMark(_ event: Event) -> Bool {
    event.process != FaultSpan.reporter && event.process != "run" && !event.isInstanceCommand
  }

  private mutating func append(
    faults: [SceneRow], marks: [(name: String, marks: [SceneRow.Mark])]
  ) {
    rows += faults.prefix(Self.mostFaults)
    eventsLeftOut += max(0, faults.count - Self.mostFaults)
    for lane in marks {
      var shown: [SceneRow.Mark] = []
      // Later events share no place with earlier ones of their lane.
      for mark in lane.marks.prefix(Self.mostMarks) {
        var mark = mark
        if let previous = shown.last { mark.at = mark.at.after(previous.at) }
        shown.append(mark)
      }
      rows.append(
        SceneRow(
          lane: lane.name.printable, index: "", call: "", body: .marks(shown), result: Span("")))
      eventsLeftOut += lane.marks.count - shown.count
    }
  }
}

extension SceneRow {
  fileprivate init(_ operation: Operation, steps: [Step], byTime: Bool, showsKey: Bool) {
    func instant(_ moment: Moment, turn: Int) -> Instant {
      byTime
        ? Instant(at: moment.time ?? 0, turn: turn) : Instant(at: Int64(moment.rank), turn: turn)
    }
    let call = instant(operation.call, turn: 0)
    var latest = call
    let end = operation.reply.map { instant($0, turn: 1) }
    var placed: [SceneStep] = []
    for step in steps.sorted(by: { ($0.sent, $0.received) < ($1.sent, $1.received) }).folded {
      // A step lies within its operation, after the one before it.
      let bound = end?.at ?? .max
      let sent = Instant(at: min(step.sent, bound), turn: 0).after(latest)
      let received = Instant(at: min(step.received, bound), turn: 1).after(sent)
      latest = received
      placed.append(
        SceneStep(
          command: step.command.printable, reply: step.reply.printable, sent: sent,
          received: received))
    }
    let ink: TextStyle =
      switch operation.outcome {
      case .ok: .strong
      case .fail: .faint
      case .info: .doubtful
      }
    self.init(
      lane: OperationText.process(operation.process), index: "#\(operation.call.index)",
      call: OperationText.call(operation, withKey: showsKey),
      body: .operation(call: call, reply: end?.after(latest), steps: placed),
      result: Span(OperationText.reply(operation), ink))
  }

  /// Every instant of the row, in order.
  var instants: [Instant] {
    switch body {
    case .operation(let call, let reply, let steps):
      [call] + steps.flatMap { [$0.sent, $0.received] } + (reply.map { [$0] } ?? [])
    case .fault(let start, let end): [start, end].compactMap(\.self)
    case .marks(let marks): marks.map(\.at)
    }
  }
}

extension [Step] {
  /// Steps that ask the same again and again, such as a lock that is held, as one, from the first
  /// sending to the last reply.
  fileprivate var folded: [Step] {
    var steps: [Step] = []
    var times = 1
    func close() {
      guard times > 1, let last = steps.indices.last else { return }
      steps[last].command += " ×\(times)"
    }
    for step in self {
      if let last = steps.last, last.command == step.command, last.reply.isLike(step.reply) {
        times += 1
        steps[steps.count - 1].received = step.received
        steps[steps.count - 1].reply = step.reply
      } else {
        close()
        times = 1
        steps.append(step)
      }
    }
    close()
    return steps
  }
}

extension String {
  /// Whether two replies differ in numbers alone: `held 80 ms more`. A number by itself is an answer.
  fileprivate func isLike(_ other: String) -> Bool {
    let words = filter { !$0.isNumber }
    return words == other.filter { !$0.isNumber } && words.contains(where: \.isLetter)
  }
}
