// What an exploration has found: values only, for reports, tables and tests.

public import Checker
import Drivers
import Harness

/// What came of an exploration.
public struct Findings: Sendable {
  /// Schedules carried out and judged.
  public var schedules = 0
  /// Schedules carried out that only repeated others up to the order of commuting steps.
  public var redundant = 0
  /// Schedules carried out again because they took so long that the servers' clocks might matter.
  public var repeated = 0
  /// Schedules carried out again because a program did something else in them than it did before, and what
  /// the first such difference was: a sentence.
  public var differing = 0
  public var difference: String?
  /// Calls that were answered though no server was asked for them.
  public var unasked = 0
  /// Why the time of the program's processes is real: a clause.
  public var realTime: String?
  /// Schedules given up because they had more steps than `Schedule.mostSteps`.
  public var cut = 0
  public var violations = 0
  public var unknown = 0
  /// Steps in all, and of the longest schedule.
  public var steps = 0
  public var longest = 0
  /// Whether nothing was left to try within the search's bounds.
  public var isComplete = false
  /// The share of the tree covered, estimated.
  public var covered = 0.0
  public var seconds = 0.0
  /// Every history with its verdict, up to `Judge.capacity` of them.
  public var histories: [HistoryFingerprint: Finding] = [:]
  /// Schedules judged whose histories were more than could be remembered.
  public var unremembered = 0
  /// The violating schedule with the fewest faults, then preemptions, then steps.
  public var worst: Violation?
  /// What happened at all, for whether the verdict means anything.
  var occurrences = Occurrences()

  public init() {}

  public var verdict: Verdict {
    // What a schedule that was cut off would have shown is not known, nor what a program would do that
    // doesn't always do the same, or whose memory no schedule begins anew.
    violations > 0
      ? .violation
      : unknown + cut + differing + unasked > 0 || !isComplete ? .unknown : .linearizable
  }

  /// Why the schedules prove nothing, each a clause; none if they may be judged.
  public func vacuity(of configuration: Configuration) -> [String] {
    occurrences.vacuity(of: configuration)
  }
}

/// A violating schedule.
public struct Violation: Sendable {
  public var schedule: Schedule
  public var reasons: [String]
  public var faults: Int
  public var preemptions: Int

  /// Simpler ones first; of equally simple ones the one whose choices come first, so that the same
  /// exploration names the same one whichever testbeds its schedules were run by.
  func isSimpler(than other: Violation) -> Bool {
    let own = (faults, preemptions, schedule.transitions.count)
    let others = (other.faults, other.preemptions, other.schedule.transitions.count)
    if own != others { return own < others }
    return schedule.transitions.lexicographicallyPrecedes(other.schedule.transitions) {
      $0.precedes($1)
    }
  }
}
