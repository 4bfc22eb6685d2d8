// A schedule's points, where the scheduler does not keep them.

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

  mutating func ended(waiting: [EnabledTransition]) { inner.ended(waiting: waiting) }

  var reduces: Bool { inner.reduces }
}
