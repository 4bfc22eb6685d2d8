// Who chooses along a schedule: a walk through all of them, a draw, or a repetition.

/// What a world asks for at every point.
protocol Pilot {
  /// Chooses among options (never empty); nil: what was to be chosen is not among them.
  mutating func choose(_ options: [Candidate]) -> Choice?
  /// The last choice has been carried out.
  mutating func happened(ending: Bool)
  /// The schedule is over, and these steps still wait for what makes them possible.
  mutating func ended(waiting: [Candidate])
  /// Whether what can come to nothing new may be left out of the options.
  var reduces: Bool { get }
}

extension Pilot {
  mutating func ended(waiting: [Candidate]) {}
}

extension Walk: Pilot {
  var reduces: Bool { rules.reduces }
}

extension Draw: Pilot {
  var reduces: Bool { false }

  mutating func happened(ending: Bool) {}
}

/// A pilot whose points are kept.
struct Recorded<Inner: Pilot>: Pilot {
  private var inner: Inner
  private(set) var points: [Point] = []

  init(_ inner: Inner) {
    self.inner = inner
  }

  mutating func choose(_ options: [Candidate]) -> Choice? {
    guard let choice = inner.choose(options),
      let taken = options.firstIndex(where: { $0.choice == choice })
    else { return nil }
    points.append(Point(options: options, taken: taken, ended: false))
    return choice
  }

  mutating func happened(ending: Bool) { inner.happened(ending: ending) }

  var reduces: Bool { inner.reduces }
}
