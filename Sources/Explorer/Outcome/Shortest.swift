// The shortest violating schedule: found by looking again, with less of everything, for as long as
// that breaks too. Every candidate is really run; nothing is cut out of a schedule on paper.

public import Harness

/// A violation with the configuration it was found in.
public struct ShortestViolation: Sendable {
  public var configuration: Configuration
  public var violation: Violation
  /// The same schedule with every step recorded.
  public var schedule: Schedule
}

extension Exploration {
  /// Shrinks a violation: fewer clients, fewer calls, fewer faults, fewer preemptions, fewer steps.
  ///
  /// `seconds` bounds each attempt; an attempt that ends early has found nothing.
  public func shortest(
    _ found: Violation, seconds: Double = 10, stop: some StopRequest = NeverStops()
  ) throws(ExplorationFailure) -> ShortestViolation {
    var best = (configuration: configuration, violation: found)
    var isSmaller = true
    while isSmaller, !stop.isRequested {
      isSmaller = false
      for smaller in best.configuration.smaller {
        guard let violation = try simplest(in: smaller, than: nil, seconds, stop) else { continue }
        best = (smaller, violation)
        isSmaller = true
        break
      }
    }
    if let simpler = try simplest(in: best.configuration, than: best.violation, seconds, stop),
      simpler.isSimpler(than: best.violation)
    {
      best.violation = simpler
    }
    var detail = self
    detail.configuration = best.configuration
    return ShortestViolation(
      configuration: best.configuration, violation: best.violation,
      schedule: try detail.replay(best.violation.schedule.named))
  }

  /// The simplest violation with the fewest preemptions that breaks at all; nil if none was found.
  private func simplest(
    in configuration: Configuration, than known: Violation?, _ seconds: Double,
    _ stop: some StopRequest
  ) throws(ExplorationFailure) -> Violation? {
    let most = known.map(\.preemptions) ?? 3
    for preemptions in 0...most {
      var exploration = self
      exploration.configuration = configuration
      exploration.search = .exhaustive(reduces: false, preemptions: preemptions)
      exploration.budget = ExplorationBudget(seconds: seconds)
      let (findings, _) = try exploration.carryOut(stop: stop)
      if let worst = findings.worst { return worst }
      if !findings.isComplete { return nil }
    }
    return nil
  }
}

extension Configuration {
  /// Configurations with one thing less.
  fileprivate var smaller: [Configuration] {
    var smaller: [Configuration] = []
    func add(_ change: (inout Configuration) -> Void) {
      var other = self
      change(&other)
      smaller.append(other)
    }
    if clients > 1 {
      for client in script.indices { add { $0.script.remove(at: client) } }
    }
    for client in script.indices where script[client].count > 1 {
      add { $0.script[client].removeLast() }
      add { $0.script[client].removeFirst() }
    }
    for kind in Allowance.kinds where allowance[keyPath: kind.count] > 0 {
      add { $0.allowance[keyPath: kind.count] -= 1 }
    }
    return smaller
  }
}
