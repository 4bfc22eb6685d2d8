// Who chooses along a schedule: depth first through all of them, at random, or as was chosen before.

/// Chooses which of the enabled transitions is taken, at every point of one schedule.
protocol Scheduler {
  /// Chooses one of the enabled transitions (never none); nil: what was to be chosen is not among them.
  mutating func choose(_ options: [EnabledTransition]) -> Transition?
  /// The last choice has been carried out; `ending`: a call ended with it.
  mutating func happened(ending: Bool)
  /// The schedule is over, and these steps still wait for what makes them possible.
  mutating func ended(waiting: [EnabledTransition])
  /// Whether transitions that lead to nothing new may be left out of the options.
  var reduces: Bool { get }
}

extension Scheduler {
  mutating func ended(waiting: [EnabledTransition]) {}
}
