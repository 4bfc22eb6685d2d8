// Which steps of one schedule could have come in the other order: the pairs that a walk has to try
// the other way round. Pure, and blind to everything but the schedule itself.
//
// Happens-before as in dynamic partial-order reduction (Flanagan & Godefroid 2005; Abdulla, Aronis,
// Jonsson & Sagonas 2014, "reversible races"): the smallest order in which a client's steps follow
// each other, a step that made a thread ready precedes that thread's next one, and of two steps that
// don't commute the earlier one comes first. Two steps race if they don't commute and nothing stands
// between them in that order.

/// The races of one schedule.
struct Races {
  /// The points whose step races with a later one, by position.
  private(set) var points: Set<Int> = []
  /// What happens before each step: positions as bits.
  private var before: [PositionSet] = []
  /// Who last made each thread ready.
  private var enabler: [ThreadID: Int] = [:]

  /// `points` in their order, up to where the schedule began to repeat others; `waiting` are steps
  /// that nothing made possible in the end, such as reads of a queue that another had emptied: had
  /// they come first, they might have been.
  init(in points: [Point], waiting: [EnabledTransition] = []) {
    for (place, point) in points.enumerated() {
      if place > 0 { noteReady(points[place - 1], point, at: place - 1) }
      if place > 0, isStopped(points[place - 1], by: point) { self.points.insert(place - 1) }
      before.append(order(point.step, after: points[..<place]))
    }
    for step in waiting { _ = order(step, after: points[...]) }
  }

  /// Threads that can move now and could not before the last step owe that to it.
  private mutating func noteReady(_ last: Point, _ next: Point, at place: Int) {
    for option in next.options where option.transition.kind == .step {
      guard let thread = option.transition.thread else { continue }
      let wasReady = last.options.contains { $0.transition == option.transition }
      if !wasReady || option.transition == last.transition {
        enabler[thread] = place
      }
    }
  }

  /// Whether a step took from another thread what it needed to go on, such as the only
  /// entry of a queue: that one's step may come in no schedule below.
  private func isStopped(_ last: Point, by next: Point) -> Bool {
    last.options.contains { option in
      option.transition.kind == .step && option.transition != last.transition
        && !next.options.contains { $0.transition == option.transition }
    }
  }

  /// What happens before a step, and the races it is in.
  private mutating func order(_ step: EnabledTransition, after points: ArraySlice<Point>)
    -> PositionSet
  {
    var own = PositionSet()
    for earlier in points.indices.reversed() where !own.contains(earlier) {
      let other = points[earlier].step
      let isBound =
        step.transition.kind != .step || other.transition.kind != .step
        || step.hasSameActor(as: other)
        || step.transition.thread.flatMap { enabler[$0] } == earlier
      guard isBound || !step.commutes(with: other) else { continue }
      if !isBound { self.points.insert(earlier) }
      own.insert(earlier)
      own.formUnion(before[earlier])
    }
    return own
  }
}

extension Point {
  /// What was chosen, with what is known since.
  var step: EnabledTransition {
    var step = options[taken]
    step.mayEndCall = ended
    return step
  }
}

/// A set of positions in a schedule.
struct PositionSet {
  private var words: [UInt64] = []

  func contains(_ place: Int) -> Bool {
    place >> 6 < words.count && words[place >> 6] & (1 << UInt64(place & 63)) != 0
  }

  mutating func insert(_ place: Int) {
    grow(to: place >> 6 + 1)
    words[place >> 6] |= 1 << UInt64(place & 63)
  }

  mutating func formUnion(_ other: PositionSet) {
    grow(to: other.words.count)
    for place in other.words.indices { words[place] |= other.words[place] }
  }

  private mutating func grow(to count: Int) {
    while words.count < count { words.append(0) }
  }
}
