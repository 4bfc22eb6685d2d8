// The general engine: a depth-first search for a linearization (Wing & Gong 1993) over memoised
// configurations (Lowe 2017), without recursion, for any model. It judges one partition, knows no
// clock, and reports what it found as indices into the calls it was given.

internal import History

/// A configuration at a cut: nothing is open there but indeterminate calls.
struct CutConfiguration: Hashable {
  var state: Int32
  var usage: Int32
}

struct Search<M: Model> {
  /// What the search came to; it can be asked to go on after `reached`.
  enum Advance {
    /// A way to the end of the stretch, by the arena's last node and the configuration there.
    case reached(node: Int, CutConfiguration)
    /// There is no further way to the end.
    case exhausted
    /// More than `mostConfigurations` were visited.
    case overflowing
    case stopped(Budget.Limit)
  }

  /// The expansion of one configuration at one stop: its nodes are the arena's tail.
  struct Frame {
    var stop: Int32
    /// Its first node.
    var first: Int32
    /// The next node to look at for passing the stop.
    var passing: Int32
    /// The next node to expand, shortest chains first.
    var expanding: Int32
  }

  let model: M
  let schedule: Schedule<M.Data>
  let reductions: Reductions
  let budget: Budget
  let stretches: Stretches
  var states: StateTable<M.State>
  var usages = UsageTable()
  var visited: Visited
  var arena: NodeArena
  var frames: [Frame] = []
  var cursor: Cursor
  /// The stop at which the present stretch ends.
  var end: Int
  /// The furthest stop whose reply some configuration had yet to explain.
  var furthest = 0
  var configurations = 0
  /// Where a stretch becomes too large to be searched wholly.
  var mostConfigurations = Int.max
  var peakBytes = 0
  var bits: [UInt64]
  var candidates: [Int32] = []
  var bestOfClass: [Int32]

  init(
    _ calls: [TimedCall<M.Data>], model: M, reductions: Reductions, budget: Budget,
    stretches: Stretches
  ) {
    self.model = model
    self.stretches = stretches
    self.reductions = reductions
    self.budget = budget
    schedule = Schedule(calls, model: model, reductions: reductions)
    states = StateTable { model.footprint(of: $0) }
    cursor = Cursor(width: schedule.width)
    visited = Visited(words: cursor.words)
    arena = NodeArena(words: cursor.words)
    bits = Array(repeating: 0, count: cursor.words)
    bestOfClass = Array(repeating: -1, count: schedule.classes.count)
    end = schedule.stopCount
  }

  /// Starts at a cut. `parent` is −1; the path of the result begins here.
  mutating func start(_ configuration: CutConfiguration, before stop: Int) -> Advance? {
    if stop == end { return .reached(node: -1, configuration) }
    cursor.seek(stop, in: schedule)
    for word in bits.indices { bits[word] = 0 }
    return walk(state: configuration.state, usage: configuration.usage, parent: -1)
  }

  /// Goes on until a way to the end is found, none is left, or the budget is spent.
  mutating func advance() -> Advance {
    var untilCheck = 0
    while let frame = frames.last {
      untilCheck -= 1
      if untilCheck < 0 {
        if let limit = limitReached() { return .stopped(limit) }
        if configurations > mostConfigurations { return .overflowing }
        untilCheck = 64
      }
      let top = frames.count - 1
      if Int(frame.passing) < arena.count {
        frames[top].passing += 1
        if arena[Int(frame.passing)].isPassed, let found = descend(Int(frame.passing)) {
          return found
        }
      } else if Int(frame.expanding) < arena.count {
        frames[top].expanding += 1
        if !arena[Int(frame.expanding)].isPassed {
          cursor.seek(Int(frame.stop), in: schedule)
          expand(Int(frame.expanding))
        }
      } else {
        arena.truncate(to: Int(frame.first))
        frames.removeLast()
      }
    }
    return .exhausted
  }

  /// Goes past the stop of a passed node.
  private mutating func descend(_ node: Int) -> Advance? {
    let passed = arena[node]
    cursor.seek(Int(passed.stop), in: schedule)
    arena.load(node, into: &bits)
    clearStop()
    cursor.goForward(in: schedule)
    return walk(state: passed.state, usage: passed.usage, parent: node)
  }

  /// Walks on from the cursor's stop, with `bits` as on arrival, to the end or to the next reply
  /// that is not explained yet; there a new frame begins.
  private mutating func walk(state: Int32, usage: Int32, parent: Int) -> Advance? {
    while cursor.stop < end {
      if reductions.contains(.eagerReads) { readArrivals(in: state) }
      let isPassed = isStopDone()
      if !isPassed || !reductions.contains(.justInTime) {
        open(state: state, usage: usage, parent: parent, isPassed: isPassed)
        return nil
      }
      clearStop()
      cursor.goForward(in: schedule)
    }
    return .reached(node: parent, CutConfiguration(state: state, usage: usage))
  }

  /// Begins a frame at the cursor's stop, unless its configuration is superfluous.
  private mutating func open(state: Int32, usage: Int32, parent: Int, isPassed: Bool) {
    furthest = max(furthest, cursor.stop)
    guard isNew(state: state, usage: usage) else { return }
    let first = Int32(arena.count)
    frames.append(
      Frame(stop: Int32(cursor.stop), first: first, passing: first, expanding: first))
    var root = Node(
      state: state, usage: usage, parent: Int32(parent), choice: Node.noChoice,
      stop: Int32(cursor.stop), isPassed: false)
    arena.push(root, bits: bits)
    if isPassed {
      root.isPassed = true
      arena.push(root, bits: bits)
    } else {
      passStop(from: Int(first))
    }
  }

  /// Notes the configuration of `bits` at the cursor's stop; false if it needs no search.
  mutating func isNew(state: Int32, usage: Int32) -> Bool {
    let usages = self.usages
    let prefersFewer = reductions.contains(.fewerIndeterminate)
    let isNew = visited.insert(
      stop: cursor.stop, state: state, bits: bits, usage: usage,
      supersededBy: { prefersFewer ? usages.isWithin($0, usage) : $0 == usage })
    if isNew { configurations += 1 }
    return isNew
  }

  /// Lets arriving pure reads take effect that the state explains.
  private mutating func readArrivals(in state: Int32) {
    for index in cursor.arriving(in: schedule) {
      let slot = Int(schedule.slotOf[Int(schedule.arrivals[index])])
      guard cursor.reads[slot >> 6] >> UInt64(slot & 63) & 1 == 1 else { continue }
      if explains(state, cursor.occupant[slot]) { bits[slot >> 6] |= 1 << UInt64(slot & 63) }
    }
  }

  /// Whether a pure read may take effect in a state.
  func explains(_ state: Int32, _ call: Int32) -> Bool {
    let callClass = schedule.classes[Int(schedule.classOf[Int(call)])]
    if case .refused = model.step(states[state], callClass.call, callClass.reply) { return false }
    return true
  }

  /// Whether the call of the cursor's stop has taken effect, by `bits`.
  func isStopDone() -> Bool {
    let slot = Int(schedule.slotOf[Int(schedule.stops[cursor.stop])])
    return bits[slot >> 6] >> UInt64(slot & 63) & 1 == 1
  }

  private mutating func clearStop() {
    let slot = Int(schedule.slotOf[Int(schedule.stops[cursor.stop])])
    bits[slot >> 6] &= ~(1 << UInt64(slot & 63))
  }

  private mutating func limitReached() -> Budget.Limit? {
    if notePeak() > budget.bytes { return .memory }
    return budget.shouldStop() ? .time : nil
  }

  /// Bytes held now, estimated.
  @discardableResult
  mutating func notePeak() -> Int {
    let bytes =
      visited.bytes + arena.bytes + states.bytes + usages.bytes
      + frames.capacity * MemoryLayout<Frame>.stride
    peakBytes = max(peakBytes, bytes)
    return bytes
  }
}
