// A partition's calls laid out for the search: replies in order ("stops"), the calls that arrive
// before each, classes of equal calls, and a slot for every call that is open at the same time.

internal import History

/// Calls with the same input and the same reply (or none).
struct CallClass<Data: Datatype> {
  /// What makes calls equal.
  struct Kind: Hashable {
    let call: Data.Call
    let reply: Data.Reply?
  }

  let call: Data.Call
  let reply: Data.Reply?
  let isPureRead: Bool
  let isOverwrite: Bool
  /// The levels that allow it; all for indeterminate calls, which need not happen.
  let levels: ClosedRange<Int>
}

/// Indeterminate calls with the same input, the earliest-called first.
struct IndeterminateClass {
  let callClass: Int
  private(set) var members: [Int32] = []
  /// The stop from which each member may take effect; never decreasing.
  private(set) var available: [Int32] = []

  init(callClass: Int) {
    self.callClass = callClass
  }

  fileprivate mutating func add(_ member: Int, from stop: Int) {
    members.append(Int32(member))
    available.append(Int32(stop))
  }
}

/// The order of events in which a search walks. Calls are named by their index in `calls`.
struct Schedule<Data: Datatype> {
  let calls: [TimedCall<Data>]
  private(set) var classes: [CallClass<Data>] = []
  /// Class of each call; -1 for calls that were dropped.
  private(set) var classOf: [Int32]
  /// Calls with a reply, by the reply.
  private(set) var stops: [Int32] = []
  /// For each call with a reply, its index in `stops`: its deadline.
  private(set) var stopOf: [Int32]
  /// Calls with a reply, by the call.
  private(set) var arrivals: [Int32] = []
  /// How many of `arrivals` are called before each stop.
  private(set) var arrived: [Int32] = []
  /// For each call with a reply, the first stop before which it is called.
  private(set) var arrivedAt: [Int32]
  /// By how much the calls still open or to come at each stop may move the level.
  private(set) var changes: [ClosedRange<Int>] = []
  /// Whether any reply depends on the level.
  private(set) var hasLevels = false
  private(set) var slotOf: [Int32]
  /// Slots in use at most: calls open at once.
  private(set) var width = 0
  /// Classes of indeterminate calls, by their first call.
  private(set) var indeterminate: [IndeterminateClass] = []

  var stopCount: Int { stops.count }

  init<M: Model>(
    _ calls: [TimedCall<Data>], model: M, reductions: Reductions
  ) where M.Data == Data {
    self.calls = calls
    classOf = Array(repeating: -1, count: calls.count)
    stopOf = Array(repeating: -1, count: calls.count)
    slotOf = Array(repeating: -1, count: calls.count)
    arrivedAt = Array(repeating: -1, count: calls.count)
    layOutStops()
    classify(model: model, reductions: reductions)
    sumChanges(model: model)
    if reductions.contains(.window) {
      shareSlots()
    } else {
      for (slot, call) in arrivals.enumerated() { slotOf[Int(call)] = Int32(slot) }
      width = arrivals.count
    }
  }

  /// Whether no call with a reply spans the point just before a stop.
  func isCut(before stop: Int) -> Bool {
    stop == 0 || stop == stopCount || Int(arrived[stop - 1]) == stop
  }

  /// Whether a level has gone beyond others, as far as all calls of the schedule only raise it, or only
  /// lower it. Calls still unknown may do otherwise.
  func isPast(_ levels: ClosedRange<Int>, at level: Int) -> Bool {
    guard let all = changes.first else { return false }
    return all.upperBound == 0 && levels.lowerBound > level
      || all.lowerBound == 0 && levels.upperBound < level
  }

  private mutating func layOutStops() {
    let replied = calls.indices.filter { !calls[$0].isIndeterminate }.map(Int32.init)
    stops = replied.sorted { (calls[Int($0)].end, $0) < (calls[Int($1)].end, $1) }
    arrivals = replied.sorted { (calls[Int($0)].start, $0) < (calls[Int($1)].start, $1) }
    var next = 0
    arrived.reserveCapacity(stops.count)
    for (stop, call) in stops.enumerated() {
      stopOf[Int(call)] = Int32(stop)
      // A call at the rank of a reply is concurrent with it: it arrives first.
      while next < arrivals.count, calls[Int(arrivals[next])].start <= calls[Int(call)].end {
        arrivedAt[Int(arrivals[next])] = Int32(stop)
        next += 1
      }
      arrived.append(Int32(next))
    }
  }

  private mutating func classify<M: Model>(
    model: M, reductions: Reductions
  ) where M.Data == Data {
    var known: [CallClass<Data>.Kind: Int] = [:]
    var indeterminateOf: [Int: Int] = [:]
    for index in calls.indices.sorted(by: { calls[$0].start < calls[$1].start }) {
      let call = calls[index]
      let isPureRead = model.isPureRead(call.call, call.reply)
      if call.isIndeterminate && isPureRead && reductions.contains(.eagerReads) { continue }
      let kind = CallClass<Data>.Kind(call: call.call, reply: call.reply)
      let isShared =
        reductions.contains(call.isIndeterminate ? .indeterminateClasses : .interchangeable)
      let callClass = isShared ? known[kind] ?? classes.count : classes.count
      if callClass == classes.count {
        known[kind] = callClass
        classes.append(
          CallClass(
            call: call.call, reply: call.reply, isPureRead: isPureRead,
            isOverwrite: model.isOverwrite(call.call, call.reply),
            levels: call.reply.map { model.levels(for: call.call, $0) } ?? .min ... .max))
      }
      classOf[index] = Int32(callClass)
      guard call.isIndeterminate, let stop = firstStop(notBefore: call.start) else { continue }
      let slot = indeterminateOf[callClass] ?? indeterminate.count
      if slot == indeterminate.count {
        indeterminateOf[callClass] = slot
        indeterminate.append(IndeterminateClass(callClass: callClass))
      }
      indeterminate[slot].add(index, from: stop)
    }
  }

  private mutating func sumChanges<M: Model>(model: M) where M.Data == Data {
    hasLevels = classes.contains { $0.levels != .min ... .max }
    guard hasLevels else { return }
    var low = 0
    var high = 0
    func add(_ call: Int) {
      let change = model.change(by: calls[call].call)
      low = max(low &+ change.lowerBound, -Self.mostChange)
      high = min(high &+ change.upperBound, Self.mostChange)
    }
    for call in calls.indices where calls[call].isIndeterminate { add(call) }
    changes = Array(repeating: 0...0, count: stops.count)
    for stop in stops.indices.reversed() {
      add(Int(stops[stop]))
      changes[stop] = low...high
    }
  }

  /// Beyond any level, and low enough that sums don't overflow.
  private static var mostChange: Int { .max / 4 }

  /// The first reply at or after a rank; nil where none follows, so that the call can't matter.
  private func firstStop(notBefore rank: Int) -> Int? {
    var low = 0
    var high = stops.count
    while low < high {
      let middle = (low + high) / 2
      if calls[Int(stops[middle])].end < rank { low = middle + 1 } else { high = middle }
    }
    return low < stops.count ? low : nil
  }

  private mutating func shareSlots() {
    var free: [Int32] = []
    var next = 0
    for (stop, call) in stops.enumerated() {
      while next < Int(arrived[stop]) {
        if let slot = free.popLast() {
          slotOf[Int(arrivals[next])] = slot
        } else {
          slotOf[Int(arrivals[next])] = Int32(width)
          width += 1
        }
        next += 1
      }
      free.append(slotOf[Int(call)])
    }
  }
}
