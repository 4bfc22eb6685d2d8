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

  enum Refutation: Equatable {
    case untried
    case failed
    case refuted(stop: Int)
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
  let tuning: Tuning
  var states: StateTable<M.State>
  var transitions: TransitionTable
  var usages = UsageTable()
  var visited: Visited
  var arena: NodeArena
  var frames: [Frame] = []
  var cursor: Cursor
  /// The stop at which the present stretch ends.
  var end: Int
  /// From this stop on a reply may depend on calls that are not known yet (see `order(upTo:)`).
  var firstUncertain = Int.max
  /// The furthest stop whose reply some configuration had yet to explain.
  var furthest = 0
  var configurations = 0
  /// Where a stretch becomes too large to be searched wholly.
  var mostConfigurations = Int.max
  /// The stop at which a relaxation refuted the history, once it was tried.
  var refutation: Refutation = .untried
  var peakBytes = 0
  /// Open calls that have taken effect, in the configuration at hand.
  var bits: [UInt64]
  var candidates: [Int32] = []
  var placeOfClass: [Int32]

  init(
    _ calls: [TimedCall<M.Data>], model: M, reductions: Reductions, budget: Budget,
    tuning: Tuning
  ) {
    self.model = model
    self.tuning = tuning
    self.budget = budget
    var reductions = reductions
    if !reductions.isSuperset(of: [.justInTime, .eagerReads]) {
      reductions.subtract(.hiddenOverwrites)
    }
    // Its states are reached whatever the time.
    if M.passesTime { reductions.subtract(.relaxation) }
    self.reductions = reductions
    schedule = Schedule(calls, model: model, reductions: reductions)
    states = StateTable { model.footprint(of: $0) }
    transitions = TransitionTable(classes: schedule.classes.count)
    cursor = Cursor(width: schedule.width)
    visited = Visited(words: cursor.words)
    arena = NodeArena(words: cursor.words)
    bits = Array(repeating: 0, count: cursor.words)
    placeOfClass = Array(repeating: -1, count: schedule.classes.count)
    end = schedule.stopCount
  }

  /// Starts at a cut; the path of the result begins there.
  mutating func start(_ configuration: CutConfiguration, before stop: Int) -> Advance? {
    if stop == end { return .reached(node: -1, configuration) }
    cursor.seek(stop, in: schedule)
    for word in bits.indices { bits[word] = 0 }
    let standing = Standing(usage: configuration.usage)
    return walk(state: configuration.state, standing: standing, parent: -1)
  }

  /// Goes on until a way to the end is found, none is left, or the budget is spent.
  mutating func advance() -> Advance {
    var untilCheck = 0
    while let frame = frames.last {
      untilCheck -= 1
      if untilCheck < 0 {
        if let limit = limitReached() { return .stopped(limit) }
        if configurations > mostConfigurations { return .overflowing }
        if refute() { return .exhausted }
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
  private mutating func descend(_ index: Int) -> Advance? {
    let node = arena[index]
    cursor.seek(Int(node.stop), in: schedule)
    arena.load(index, into: &bits)
    clearStop()
    cursor.goForward(in: schedule)
    var standing = node.standing
    standing.isAfterOverwrite = false
    return walk(state: node.state, standing: standing, parent: index)
  }

  /// Walks on from the cursor's stop, with `bits` as on arrival, to the end or to the next reply
  /// that is not explained yet; there a new frame begins.
  private mutating func walk(state: Int32, standing: Standing, parent: Int) -> Advance? {
    var state = state
    while cursor.stop < end {
      state = due(state)
      if reductions.contains(.eagerReads) { readArrivals(in: state) }
      let isPassed = isStopDone()
      if !isPassed || !reductions.contains(.justInTime) {
        open(state: state, standing: standing, parent: parent, isPassed: isPassed)
        return nil
      }
      clearStop()
      cursor.goForward(in: schedule)
    }
    return .reached(node: parent, CutConfiguration(state: state, usage: standing.usage))
  }

  /// Begins a frame at the cursor's stop, unless its configuration is superfluous.
  private mutating func open(state: Int32, standing: Standing, parent: Int, isPassed: Bool) {
    furthest = max(furthest, cursor.stop)
    guard isNew(state: state, standing: standing), !isLost(state) else { return }
    let first = Int32(arena.count)
    frames.append(
      Frame(stop: Int32(cursor.stop), first: first, passing: first, expanding: first))
    var root = Node(
      state: state, standing: standing, parent: Int32(parent), choice: Node.noChoice,
      stop: Int32(cursor.stop), isPassed: false)
    arena.push(root, bits: bits)
    if isPassed {
      root.isPassed = true
      arena.push(root, bits: bits)
    } else {
      passStop(from: Int(first))
      if reductions.contains(.hiddenOverwrites) { passHidden(from: Int(first)) }
    }
  }

  /// Notes the configuration of `bits` at the cursor's stop; false if it needs no search.
  mutating func isNew(state: Int32, standing: Standing) -> Bool {
    let usages = self.usages
    let prefersFewer = reductions.contains(.fewerIndeterminate)
    let isNew = visited.insert(
      stop: cursor.stop, state: state, bits: bits, standing: standing
    ) { more, less in
      more.horizon >= less.horizon && (!more.isAfterOverwrite || less.isAfterOverwrite)
        && (prefersFewer ? usages.isWithin(more.usage, less.usage) : more.usage == less.usage)
    }
    if isNew { configurations += 1 }
    return isNew
  }

  /// Whether some open call can no longer be answered as it was (`Reductions.levels`).
  func isLost(_ state: Int32) -> Bool {
    guard schedule.hasLevels, reductions.contains(.levels) else { return false }
    let level = model.level(of: states[state])
    let change = schedule.changes[cursor.stop]
    let reachable = (level + change.lowerBound)...(level + change.upperBound)
    for word in bits.indices {
      var left = cursor.open[word] & ~bits[word]
      while left != 0 {
        let call = cursor.occupant[word << 6 + left.trailingZeroBitCount]
        left &= left - 1
        let levels = schedule.classes[Int(schedule.classOf[Int(call)])].levels
        if levels.overlaps(reachable) { continue }
        if Int(schedule.stopOf[Int(call)]) < firstUncertain || schedule.isPast(levels, at: level) {
          return true
        }
      }
    }
    return false
  }

  /// Lets arriving pure reads take effect that the state explains.
  private mutating func readArrivals(in state: Int32) {
    for index in cursor.arriving(in: schedule) {
      let slot = Int(schedule.slotOf[Int(schedule.arrivals[index])])
      guard cursor.reads[slot >> 6] >> UInt64(slot & 63) & 1 == 1 else { continue }
      if explains(state, cursor.occupant[slot]) { bits[slot >> 6] |= 1 << UInt64(slot & 63) }
    }
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

  var isRefuted: Bool { if case .refuted = refutation { true } else { false } }

  /// Tries once to refute the history by a relaxation, when the search has grown long.
  private mutating func refute() -> Bool {
    if refutation == .untried, configurations >= tuning.relaxedAfter,
      reductions.contains(.relaxation)
    {
      refutation = refutedStop().map { .refuted(stop: $0) } ?? .failed
    }
    return isRefuted
  }

  private mutating func limitReached() -> Budget.Limit? {
    if notePeak() > budget.bytes { return .memory }
    if configurations > budget.configurations { return .configurations }
    return budget.shouldStop() ? .time : nil
  }

  /// Bytes held now, estimated.
  @discardableResult
  mutating func notePeak() -> Int {
    let bytes =
      visited.bytes + arena.bytes + states.bytes + usages.bytes + transitions.bytes
      + frames.capacity * MemoryLayout<Frame>.stride
    peakBytes = max(peakBytes, bytes)
    return bytes
  }
}
