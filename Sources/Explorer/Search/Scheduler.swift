// Who chooses along a schedule: depth first through all of them, at random, or as was chosen before.

/// Chooses which of the enabled transitions is taken, at every point of one schedule.
protocol Scheduler {
  /// Chooses one of the enabled transitions (never none); nil: what was to be chosen is not among them.
  mutating func choose(_ options: [EnabledTransition]) -> Transition?
  /// The last choice has been carried out; `ending`: a call ended with it.
  mutating func happened(ending: Bool)
  /// The schedule is over, and these steps still wait for what makes them possible.
  mutating func ended(waiting: [EnabledTransition])
  /// Whether what can come to nothing new may be left out of the options.
  var reduces: Bool { get }
}

extension Scheduler {
  mutating func ended(waiting: [EnabledTransition]) {}
}

extension DepthFirstScheduler: Scheduler {
  var reduces: Bool { rules.reduces }
}

extension RandomScheduler: Scheduler {
  var reduces: Bool { false }

  mutating func happened(ending: Bool) {}
}

/// A scheduler whose points are kept.
struct Recorded<Inner: Scheduler>: Scheduler {
  private var inner: Inner
  private(set) var points: [Point] = []

  init(_ inner: Inner) {
    self.inner = inner
  }

  mutating func choose(_ options: [EnabledTransition]) -> Transition? {
    guard let transition = inner.choose(options),
      let taken = options.firstIndex(where: { $0.transition == transition })
    else { return nil }
    points.append(Point(options: options, taken: taken, ended: false))
    return transition
  }

  mutating func happened(ending: Bool) { inner.happened(ending: ending) }

  var reduces: Bool { inner.reduces }
}
