// A cheap refutation for long searches: replies that no state can allow, whatever was done and
// however often (`Reductions.relaxation`). It can only find violations, never explain a history.

internal import History

extension Search {
  /// Model steps it may take, and states it may reach; beyond that it says nothing. Queues and
  /// texts grow without end if calls may be repeated: they are soon given up.
  private static var mostSteps: Int { 1 << 18 }
  private static var mostStates: Int { 512 }

  /// The first stop whose call no state allows that could possibly have been reached by then.
  mutating func refutedStop() -> Int? {
    var closure = Closure(classes: schedule.classes.count)
    closure.reach(states.number(of: model.initial))
    var arrived = 0
    var indeterminate = 0
    for stop in 0..<schedule.stopCount {
      while arrived < Int(schedule.arrived[stop]) {
        closure.add(Int(schedule.classOf[Int(schedule.arrivals[arrived])]))
        arrived += 1
      }
      while indeterminate < schedule.indeterminate.count,
        Int(schedule.indeterminate[indeterminate].available[0]) <= stop
      {
        closure.add(schedule.indeterminate[indeterminate].callClass)
        indeterminate += 1
      }
      guard close(&closure) else { return nil }
      let callClass = Int(schedule.classOf[Int(schedule.stops[stop])])
      if !closure.isAllowed[callClass] { return stop }
    }
    return nil
  }

  /// Performs every class in every state until nothing new is reached; false if that is too much.
  private mutating func close(_ closure: inout Closure) -> Bool {
    while let (state, callClass) = closure.next() {
      if closure.steps > Self.mostSteps || closure.stateCount > Self.mostStates { return false }
      switch outcome(of: callClass, in: state) {
      case .refused: continue
      case .next(let next): closure.reach(next)
      case .either(let outcomes): for next in outcomes { closure.reach(next) }
      }
      closure.isAllowed[callClass] = true
    }
    return true
  }
}

/// States reached so far and classes that may be performed, every pair of them visited once.
private struct Closure {
  private var known: Set<Int32> = []
  private var states: [Int32] = []
  private var classes: [Int] = []
  private var hasClass: [Bool]
  /// For each state, how many of the classes were performed in it.
  private var performed: [Int] = []
  /// States before this one have seen all classes.
  private var first = 0
  private(set) var steps = 0
  var stateCount: Int { states.count }
  /// By class: some reached state allows it.
  var isAllowed: [Bool]

  init(classes: Int) {
    hasClass = Array(repeating: false, count: classes)
    isAllowed = hasClass
  }

  mutating func reach(_ state: Int32) {
    guard known.insert(state).inserted else { return }
    states.append(state)
    performed.append(0)
  }

  mutating func add(_ callClass: Int) {
    guard !hasClass[callClass] else { return }
    hasClass[callClass] = true
    classes.append(callClass)
    first = 0
  }

  mutating func next() -> (state: Int32, callClass: Int)? {
    while first < states.count {
      steps += 1
      if performed[first] < classes.count {
        performed[first] += 1
        return (states[first], classes[performed[first] - 1])
      }
      first += 1
    }
    return nil
  }
}
