// The shortest violating schedule: found by looking again, with less of everything, for as long as
// that breaks too. Every candidate is really run; nothing is cut out of a schedule on paper. What the
// time did not suffice to walk is never called the shortest.

public import Harness

/// A violation with the configuration it was found in.
public struct ShortestViolation: Sendable {
  public var configuration: Configuration
  public var violation: Violation
  /// The same schedule with every step recorded.
  public var schedule: Schedule
  /// Whether everything smaller was explored completely, with up to three preemptions.
  public var isShortest: Bool
}

extension Exploration {
  /// Shrinks a violation: fewer clients, fewer calls, fewer faults, fewer preemptions, fewer steps.
  ///
  /// `seconds` bounds each walk; one that ends early proves nothing about what it had left.
  public func shortest(
    _ found: Violation, seconds: Double = 10, stop: some StopRequest = NeverStops()
  ) throws(ExplorationFailure) -> ShortestViolation {
    var best = (configuration: configuration, violation: found)
    var isShortest = true
    var isSmaller = true
    while isSmaller, !stop.isRequested {
      (isSmaller, isShortest) = (false, true)
      for smaller in best.configuration.smaller {
        let attempt = try simplest(in: smaller, seconds, stop)
        isShortest = isShortest && attempt.isWhole
        guard let violation = attempt.violation else { continue }
        best = (smaller, violation)
        isSmaller = true
        break
      }
    }
    let last = try simplest(
      in: best.configuration, upTo: best.violation.preemptions, seconds, stop)
    if let simpler = last.violation, simpler.isSimpler(than: best.violation) {
      best.violation = simpler
    }
    var detail = self
    detail.configuration = best.configuration
    return ShortestViolation(
      configuration: best.configuration, violation: best.violation,
      schedule: try detail.replay(best.violation.schedule.named),
      isShortest: isShortest && last.isWhole && !stop.isRequested)
  }

  /// The simplest violation with the fewest preemptions that breaks at all, nil if none was found;
  /// and whether all that could be simpler was walked.
  private func simplest(
    in configuration: Configuration, upTo most: Int = 3, _ seconds: Double,
    _ stop: some StopRequest
  ) throws(ExplorationFailure) -> (violation: Violation?, isWhole: Bool) {
    for preemptions in 0...most {
      var exploration = self
      exploration.configuration = configuration
      exploration.search = .exhaustive(reduces: false, preemptions: preemptions)
      exploration.budget = ExplorationBudget(seconds: seconds)
      let findings = try exploration.carryOut(stop: stop).findings
      if findings.worst != nil || !findings.isComplete {
        return (findings.worst, findings.isComplete)
      }
    }
    return (nil, true)
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
    for kind in FaultBudget.kinds where faultBudget[keyPath: kind.count] > 0 {
      add { $0.faultBudget[keyPath: kind.count] -= 1 }
    }
    return smaller
  }
}
