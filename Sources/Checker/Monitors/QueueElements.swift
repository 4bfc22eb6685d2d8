// The elements of a queue's history, and the order in which they went through it
// (see `QueueMonitor` for why).

import History

/// The elements of a queue's history, numbered by enqueue.
struct QueueElements {
  /// When an element went in and came out. Ends of time stand for what never happened.
  struct Passage {
    var name: Value
    /// The call that enqueued it, −1 for one there from the start.
    var enqueue: Int
    var enqueueStart: Int
    var enqueueEnd: Int
    /// The call that dequeued it, −1 if none did.
    var dequeue = -1
    var dequeueStart = Int.max
    var dequeueEnd = Int.max
  }

  let calls: [TimedCall<Queue>]
  private(set) var passages: [Passage] = []
  private var numbers: [Value: Int] = [:]

  init(_ calls: [TimedCall<Queue>], initial: [Value]) throws(NotApplicable) {
    self.calls = calls
    for (place, element) in initial.enumerated() {
      let moment = Int.min + place
      try enqueue(element, by: -1, from: moment, until: moment)
    }
    for (index, call) in calls.enumerated() {
      switch (call.call, call.reply) {
      case (.enqueue(let element), nil), (.enqueue(let element), .enqueued):
        try enqueue(element, by: index, from: call.start, until: call.end)
      case (.dequeue, nil), (.dequeue, .empty), (.dequeue, .value): continue
      default: throw NotApplicable("a reply does not fit its call")
      }
    }
  }

  private mutating func enqueue(
    _ element: Value, by index: Int, from start: Int, until end: Int
  ) throws(NotApplicable) {
    guard numbers.updateValue(passages.count, forKey: element) == nil else {
      throw NotApplicable("the element \(element) is enqueued twice")
    }
    passages.append(
      Passage(name: element, enqueue: index, enqueueStart: start, enqueueEnd: end))
  }

  /// Bytes of the tables, estimated.
  var bytes: Int {
    passages.count * (MemoryLayout<Passage>.stride + MemoryLayout<Value>.stride + 64)
      + calls.count * 40
  }

  /// Gives each element the call that got it, and leaves out those that need not have gone in.
  mutating func pair() throws(QueueConflict) {
    for (index, call) in calls.enumerated() {
      guard case .value(let name) = call.reply else { continue }
      guard let element = numbers[name] else { throw QueueConflict(clash: .unknown(call: index)) }
      let other = passages[element].dequeue
      guard other < 0 else { throw QueueConflict(clash: .twice(other, index)) }
      guard call.end >= passages[element].enqueueStart else {
        throw QueueConflict(clash: .early(element))
      }
      take(element, by: index)
    }
    passages.removeAll { $0.enqueueEnd == TimedCall<Queue>.open && $0.dequeue < 0 }
  }

  /// An element is there when it is taken: each interval bounds the other.
  private mutating func take(_ element: Int, by index: Int) {
    passages[element].dequeue = index
    passages[element].dequeueStart = max(calls[index].start, passages[element].enqueueStart)
    // Before those that are never taken.
    passages[element].dequeueEnd = min(calls[index].end, Int.max - 1)
    passages[element].enqueueEnd = min(passages[element].enqueueEnd, calls[index].end)
  }

  /// Lets dequeues without a reply take what nobody got but stood before what somebody did get, or
  /// before a moment at which the queue is empty (ascending).
  ///
  /// What has to be taken by a moment is in either case what had been enqueued before some other
  /// moment: so the needs by deadline are the elements by their enqueues' ends.
  mutating func giveAway(emptyAt moments: [Int]) throws(QueueConflict) {
    let got = passages.indices.filter { passages[$0].dequeue >= 0 }
      .sorted { passages[$0].enqueueStart < passages[$1].enqueueStart }
    // From each place on, the first reply of a dequeue.
    var firsts = got.map { passages[$0].dequeueEnd }
    for place in firsts.indices.dropLast().reversed() {
      firsts[place] = min(firsts[place], firsts[place + 1])
    }
    var needs: [(element: Int, deadline: Int)] = []
    for element in passages.indices where passages[element].dequeue < 0 {
      let end = passages[element].enqueueEnd
      let place = got.partition { passages[$0].enqueueStart > end }
      let empty = moments.partition { $0 > end }
      let deadline = min(
        place < firsts.count ? firsts[place] : Int.max,
        empty < moments.count ? moments[empty] : Int.max)
      if deadline < Int.max { needs.append((element, deadline)) }
    }
    needs.sort { $0.deadline < $1.deadline }
    var spare = spares[...]
    for (place, need) in needs.enumerated() {
      guard let index = spare.first, calls[index].start <= need.deadline else {
        throw QueueConflict(
          clash: .stuck(needs[...place].map(\.element), spare: place, deadline: need.deadline))
      }
      spare.removeFirst()
      take(need.element, by: index)
    }
  }

  /// Dequeues without a reply, by call.
  var spares: [Int] {
    calls.indices.filter { calls[$0].call == .dequeue && calls[$0].isIndeterminate }
  }

  /// The elements in an order that keeps to their enqueues and dequeues, and of which at each of
  /// these moments (ascending) some have gone through and the others not yet come.
  ///
  /// The narrowed intervals are kept: with them the order's own moments show the queue empty.
  mutating func line(emptyAt moments: [Int]) throws(QueueConflict) -> [[Int]] {
    var groups: [[Int]] = Array(repeating: [], count: moments.count + 1)
    for element in passages.indices {
      let group = moments.partition { $0 > passages[element].enqueueEnd }
      groups[group].append(element)
      if group > 0 {
        let from = moments[group - 1]
        passages[element].enqueueStart = max(passages[element].enqueueStart, from)
        passages[element].dequeueStart = max(passages[element].dequeueStart, from)
      }
    }
    for place in groups.indices { groups[place] = try line(of: groups[place]) }
    return groups
  }

  /// Refuses elements that somebody got in another order than they went in.
  func compareGot() throws(QueueConflict) {
    _ = try line(of: passages.indices.filter { passages[$0].dequeue >= 0 })
  }

  /// These elements in an order that keeps to their enqueues and dequeues.
  private func line(of group: [Int]) throws(QueueConflict) -> [Int] {
    var byEnqueue = Frontier(
      starts: group.map { passages[$0].enqueueStart }, ends: group.map { passages[$0].enqueueEnd })
    var byDequeue = Frontier(
      starts: group.map { passages[$0].dequeueStart }, ends: group.map { passages[$0].dequeueEnd })
    var isReady = Array(repeating: false, count: group.count)
    var ready: [Int] = []
    var line: [Int] = []
    while line.count < group.count {
      for place in byEnqueue.arrive() + byDequeue.arrive() {
        if isReady[place] { ready.append(place) } else { isReady[place] = true }
      }
      guard let place = ready.popLast() else {
        throw QueueConflict(
          clash: .overtaken(group[byEnqueue.first], by: group[byDequeue.first]))
      }
      byEnqueue.remove(place)
      byDequeue.remove(place)
      line.append(group[place])
    }
    return line
  }

  /// Which elements may go first by one of their intervals, as those before them go.
  private struct Frontier {
    let starts: [Int]
    let ends: [Int]
    private let byStart: [Int]
    private let byEnd: [Int]
    private var isGone: [Bool]
    private var arrived = 0
    private var gone = 0

    init(starts: [Int], ends: [Int]) {
      self.starts = starts
      self.ends = ends
      byStart = starts.indices.sorted { starts[$0] < starts[$1] }
      byEnd = ends.indices.sorted { ends[$0] < ends[$1] }
      isGone = Array(repeating: false, count: starts.count)
    }

    /// The element that ends first of those left.
    var first: Int { byEnd[gone] }

    /// Those that begin by the first end of those left, each once.
    mutating func arrive() -> [Int] {
      let from = arrived
      while arrived < byStart.count, starts[byStart[arrived]] <= ends[first] { arrived += 1 }
      return Array(byStart[from..<arrived])
    }

    mutating func remove(_ element: Int) {
      isGone[element] = true
      while gone < byEnd.count, isGone[byEnd[gone]] { gone += 1 }
    }
  }
}

extension QueueElements {
  /// A call at the moment at which it takes effect.
  private struct Placed {
    var moment: Int
    var place: Int
    var isDequeue: Bool
    var index: Int
  }

  /// All calls in the order in which they took effect, elements going through in the line of these
  /// groups, between which nothing is queued.
  func insertion(_ groups: [[Int]], _ gaps: QueueGaps) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(calls.count)
    var gap = 0
    var end = groups[0].count
    for call in schedule(groups.flatMap(\.self)) {
      while call.place >= end, gap < gaps.finders.count {
        order += gaps.finders[gap]
        gap += 1
        end += groups[gap].count
      }
      order.append(call.index)
    }
    return order + gaps.finders[gap...].flatMap(\.self)
  }

  /// Enqueues as late, dequeues as early as the line allows.
  private func schedule(_ line: [Int]) -> [Placed] {
    var latest = Array(repeating: Int.max, count: line.count + 1)
    for place in line.indices.reversed() {
      latest[place] = min(latest[place + 1], passages[line[place]].enqueueEnd)
    }
    var placed: [Placed] = []
    var moment = Int.min
    for (place, element) in line.enumerated() {
      let passage = passages[element]
      moment = max(moment, passage.dequeueStart, passage.enqueueStart)
      if passage.enqueue >= 0 {
        placed.append(
          Placed(
            moment: min(latest[place], moment), place: place, isDequeue: false,
            index: passage.enqueue))
      }
      if passage.dequeue >= 0 {
        placed.append(
          Placed(moment: moment, place: place, isDequeue: true, index: passage.dequeue))
      }
    }
    return placed.sorted {
      ($0.moment, $0.place, $0.isDequeue ? 1 : 0) < ($1.moment, $1.place, $1.isDequeue ? 1 : 0)
    }
  }
}
