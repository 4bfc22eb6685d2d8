// What an exploration has found: values only, for reports, tables and tests.

public import Checker
public import Drivers
public import Harness

/// How schedules are chosen.
public enum Search: Sendable, Hashable {
  /// All of them, at most so many preemptions in each (nil: any number); commuting steps in one
  /// order only if `reduces`.
  case exhaustive(reduces: Bool, preemptions: Int?)
  case random(RandomSearch, seed: UInt64)

  /// Everything, each trace once.
  public static let all = Search.exhaustive(reduces: true, preemptions: nil)
}

/// When to stop before the end.
public struct ExplorationBudget: Sendable, Hashable {
  public var schedules: Int?
  public var seconds: Double?
  /// Whether the first violation is enough.
  public var stopsAtViolation = false

  public init(schedules: Int? = nil, seconds: Double? = nil, stopsAtViolation: Bool = false) {
    self.schedules = schedules
    self.seconds = seconds
    self.stopsAtViolation = stopsAtViolation
  }
}

/// What came of an exploration.
public struct Findings: Sendable {
  /// Schedules carried out and judged.
  public var schedules = 0
  /// Schedules carried out that only repeated others up to the order of commuting steps.
  public var redundant = 0
  /// Schedules carried out again because they took so long that the servers' clocks might matter.
  public var repeated = 0
  /// Schedules given up because they had more steps than `Execution.mostSteps`.
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
    violations > 0 ? .violation : unknown > 0 || !isComplete ? .unknown : .linearizable
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
  /// exploration names the same one however its schedules were spread over worlds.
  func isSimpler(than other: Violation) -> Bool {
    let own = (faults, preemptions, schedule.transitions.count)
    let others = (other.faults, other.preemptions, other.schedule.transitions.count)
    if own != others { return own < others }
    return schedule.transitions.map(\.order).lexicographicallyPrecedes(
      other.schedule.transitions.map(\.order))
  }
}

extension Transition {
  var order: Int { Int(kind.rawValue) << 8 | Int(subject) }

  /// Whether something goes wrong, as against somebody's turn.
  var isFault: Bool {
    switch kind {
    // To fall behind harms nobody before the failover.
    case .step, .time, .stall: false
    case .crash, .crashAfter, .disconnect, .loseReply, .expire, .restart, .failover: true
    }
  }
}

/// How far an exploration has come.
public struct ExplorationProgress: Sendable {
  public var schedules: Int
  public var violations: Int
  /// The share of the tree covered, estimated; nil where schedules are drawn.
  public var covered: Double?
  public var seconds: Double
}

/// Why an exploration came to nothing.
public enum ExplorationFailure: Error, Sendable {
  /// The strategy can't be explored, and why not.
  case unfit(String)
  /// Talking to the servers failed outside any call.
  case servers(String, Failure)
  /// A schedule could not be carried out; the choices, as a token writes them.
  case abortReason(AbortReason, schedule: String)
  /// Servers ended by themselves; what is left to explore, with all that was found before.
  case lost([LostServer], rest: Frontier)
  case undecodable(Undecodable)
}
