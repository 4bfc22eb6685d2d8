// Which baskets come before which, over all items, and when each can have taken effect at the earliest
// (see `BasketMonitor` for why).

import History

/// Calls ordered by the versions of their items.
struct BasketPrecedence {
  private let versions: BasketVersions
  private let calls: [TimedCall<Basket>]
  private var steps: [BasketStep] = []
  /// By call, where its steps to others begin in `following`.
  private var offsets: [Int]
  /// Steps by the call they come from.
  private var following: [Int] = []
  /// By call, the latest call among those before it and its own.
  private var moments: [Int]
  /// By call, the step that set its moment; −1 where its own call did.
  private var setBy: [Int]
  /// The calls that are placed, each after those before it.
  private var sorted: [Int] = []
  private var indegrees: [Int]

  init(_ versions: BasketVersions) {
    self.versions = versions
    calls = versions.calls
    moments = calls.map(\.start)
    setBy = Array(repeating: -1, count: calls.count)
    indegrees = Array(repeating: 0, count: calls.count)
    offsets = Array(repeating: 0, count: calls.count + 1)
    steps.reserveCapacity(versions.lines.reduce(0) { $0 + $1.count })
    for item in versions.lines.indices { link(item) }
    index()
  }

  /// Bytes of the tables, estimated.
  var bytes: Int {
    steps.capacity * (MemoryLayout<BasketStep>.stride + MemoryLayout<Int>.stride)
      + 5 * calls.count * MemoryLayout<Int>.stride
  }

  /// An order comes before the looks that see what it left, and both before the next order.
  private mutating func link(_ item: Int) {
    var order = -1
    var looks: [Int] = []
    for entry in versions.lines[item] {
      if order >= 0 { steps.append(BasketStep(from: order, to: entry.call, item: item)) }
      if entry.units == 0 {
        looks.append(entry.call)
      } else {
        for look in looks { steps.append(BasketStep(from: look, to: entry.call, item: item)) }
        looks.removeAll(keepingCapacity: true)
        order = entry.call
      }
    }
  }

  private mutating func index() {
    for step in steps {
      offsets[step.from + 1] += 1
      indegrees[step.to] += 1
    }
    for call in calls.indices { offsets[call + 1] += offsets[call] }
    following = Array(repeating: 0, count: steps.count)
    var next = offsets
    for (place, step) in steps.enumerated() {
      following[next[step.from]] = place
      next[step.from] += 1
    }
  }

  /// Finds every call's earliest moment, and refuses cycles.
  mutating func place() throws(BasketRefusal) {
    sorted = calls.indices.filter { indegrees[$0] == 0 && isPlaced($0) }
    var next = 0
    while next < sorted.count {
      let call = sorted[next]
      next += 1
      for place in following[offsets[call]..<offsets[call + 1]] {
        let step = steps[place]
        if moments[call] > moments[step.to] {
          moments[step.to] = moments[call]
          setBy[step.to] = place
        }
        indegrees[step.to] -= 1
        if indegrees[step.to] == 0 { sorted.append(step.to) }
      }
    }
    if let stuck = calls.indices.first(where: { indegrees[$0] > 0 }) {
      throw .conflict(try answered(.cycle(shortened(cycle(before: stuck)), isTimeless: true)))
    }
    if let late = sorted.first(where: { moments[$0] > calls[$0].end }) {
      throw .conflict(try answered(.cycle(shortened(path(to: late)), isTimeless: false)))
    }
  }

  /// Whether a call has a moment: unanswered ones only where they fill a gap, "sold out" later.
  private func isPlaced(_ call: Int) -> Bool {
    switch calls[call].reply {
    case nil: versions.filled.contains(call)
    case .soldOut: false
    default: true
    }
  }

  /// What led to a call's moment, from the call that set it.
  private func path(to call: Int) -> [BasketStep] {
    var path: [BasketStep] = []
    var call = call
    while setBy[call] >= 0 {
      path.append(steps[setBy[call]])
      call = steps[setBy[call]].from
    }
    return path.reversed()
  }

  /// Versions that lead back to themselves: going back from a call without a moment there is always another
  /// without one.
  private func cycle(before stuck: Int) -> [BasketStep] {
    var before = Array(repeating: -1, count: calls.count)
    for (place, step) in steps.enumerated() where indegrees[step.from] > 0 {
      before[step.to] = place
    }
    var seen: [Int: Int] = [:]
    var path: [BasketStep] = []
    var call = stuck
    while seen[call] == nil {
      seen[call] = path.count
      path.append(steps[before[call]])
      call = steps[before[call]].from
    }
    return path[(seen[call] ?? 0)...].reversed()
  }

  // Counterexamples.

  /// Of so many steps a shorter way is looked for.
  private static var mostSteps: Int { 300 }

  /// The same from its first call to its last by fewer steps, where an item leads further at once.
  private func shortened(_ path: [BasketStep]) -> [BasketStep] {
    var steps: [BasketStep] = []
    for step in path {
      if let last = steps.last, last.item == step.item {
        steps[steps.count - 1].to = step.to
      } else {
        steps.append(step)
      }
    }
    guard steps.count <= Self.mostSteps else { return steps }
    var short: [BasketStep] = []
    var place = 0
    while place < steps.count {
      var next = place
      var step = steps[place]
      for further in steps.indices.reversed() where further > place {
        let (from, to) = (steps[place].from, steps[further].to)
        if from != to, let item = versions.item(showing: from, before: to) {
          next = further
          step = BasketStep(from: from, to: to, item: item)
          break
        }
      }
      short.append(step)
      place = next + 1
    }
    return short
  }

  /// The conflict, if it is one of answered calls alone.
  private func answered(_ conflict: BasketConflict) throws(BasketRefusal) -> BasketConflict {
    let steps: [BasketStep]
    let others: [Int]
    switch conflict {
    case .cycle(let path, _): (steps, others) = (path, [])
    case .refused(_, let later):
      steps = later.flatMap(\.path)
      others = later.map(\.call)
    default: (steps, others) = ([], [])
    }
    let named = steps.flatMap { [$0.from, $0.to] } + others
    if named.contains(where: { calls[$0].isIndeterminate }) {
      throw .open("it is open which unanswered orders took what is missing")
    }
    return conflict
  }
}

extension BasketPrecedence {
  /// The calls in an order that explains them; refuses a "sold out" that nothing explains.
  mutating func order() throws(BasketRefusal) -> [Int] {
    var ranks = Array(repeating: 0, count: calls.count)
    for (rank, call) in sorted.enumerated() { ranks[call] = rank }
    let moments = self.moments
    sorted.sort { (moments[$0], ranks[$0]) < (moments[$1], ranks[$1]) }
    var places = ranks
    for (place, call) in sorted.enumerated() { places[call] = place }
    var insertion = ReadInsertion(sorted, of: calls)
    for call in calls.indices where calls[call].reply == .soldOut {
      let behind = try self.behind(call, places)
      insertion.insert(call, at: max(insertion.gap(before: calls[call].start), behind))
    }
    return insertion.finish()
  }

  /// How many of the placed calls must come before a "sold out".
  private func behind(_ soldOut: Int, _ places: [Int]) throws(BasketRefusal) -> Int {
    guard case .order(let lines) = calls[soldOut].call else { return 0 }
    var least: Int?
    var later: [(call: Int, path: [BasketStep])] = []
    for line in lines {
      guard let item = versions.model.places[line.item] else { return 0 }
      if versions.model.initial[item] < line.units { return 0 }
      guard let place = versions.first(below: line.units, of: item) else { continue }
      let call = versions.lines[item][place].call
      if moments[call] <= calls[soldOut].end {
        least = Swift.min(least ?? .max, places[call] + 1)
      } else {
        later.append((call, shortened(path(to: call))))
      }
    }
    if let least { return least }
    try refuseOpen(soldOut, lines)
    throw .conflict(try answered(.refused(soldOut, later: later)))
  }

  /// Leaves it open where unanswered orders can have taken the last units of an item.
  private func refuseOpen(_ soldOut: Int, _ lines: [Basket.Line]) throws(BasketRefusal) {
    for line in lines {
      guard let item = versions.model.places[line.item],
        versions.first(below: line.units, of: item) == nil
      else { continue }
      var left = versions.last(of: item)
      for order in versions.pending
      where !versions.filled.contains(order) && calls[order].start <= calls[soldOut].end {
        guard case .order(let lines) = calls[order].call else { continue }
        for other in lines where other.item == line.item { left -= other.units }
      }
      if left < line.units {
        throw .open("it is open whether unanswered orders took the last units")
      }
    }
  }
}
