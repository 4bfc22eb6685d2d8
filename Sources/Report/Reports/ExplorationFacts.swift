// What reports for programs say about an exploration: values, filled in by the caller. Nothing here
// knows how schedules are explored.

public import Checker

/// One strategy's exploration.
public struct ExplorationFacts: Sendable, Hashable {
  /// One step of a schedule.
  public struct Step: Sendable, Hashable {
    /// The client that moved, from 1; nil where time, a lease or a server did.
    public var client: Int?
    public var command: String
    public var reply: String?
    /// What the servers held after it, one fact each.
    public var state: [String]
    /// Calls that ended with it, in words.
    public var ends: [String]

    public init(
      client: Int?, command: String, reply: String?, state: [String], ends: [String]
    ) {
      self.client = client
      self.command = command
      self.reply = reply
      self.state = state
      self.ends = ends
    }
  }

  /// The schedule that shows the violation.
  public struct Counterexample: Sendable, Hashable {
    public var reasons: [String]
    /// The clients' calls in it, `t/t`, and the stock they fight for.
    public var calls: String
    public var stock: Int
    public var preemptions: Int
    public var faults: Int
    /// Whether everything shorter was explored.
    public var isShortest: Bool
    public var steps: [Step]
    /// For `soldout replay`.
    public var token: String

    public init(
      reasons: [String], calls: String, stock: Int, preemptions: Int, faults: Int,
      isShortest: Bool, steps: [Step], token: String
    ) {
      self.reasons = reasons
      self.calls = calls
      self.stock = stock
      self.preemptions = preemptions
      self.faults = faults
      self.isShortest = isShortest
      self.steps = steps
      self.token = token
    }
  }

  /// The workload; of a strategy that is explored by itself `explore`.
  public var workload: String
  public var strategy: String
  public var verdict: RunVerdict
  public var expected: Verdict
  /// The clients' calls, `t/t`, and the stock they fight for.
  public var calls: String
  public var stock: Int
  /// What was allowed to go wrong, `losses=1`.
  public var faults: [String]
  public var servers: [String]
  /// What was explored, in words.
  public var coverage: String
  /// Whether nothing was left to try within the search's bounds.
  public var isComplete: Bool
  public var schedules: Int
  public var violations: Int
  /// Different histories that the schedules had.
  public var histories: Int
  /// Steps of the longest schedule.
  public var longest: Int
  /// In ns.
  public var elapsed: Int64
  /// Why the schedules prove nothing, each a clause.
  public var vacuity: [String]
  public var counterexample: Counterexample?
  /// The report for people.
  public var text: String
  /// The workload's file within the repository, for annotations.
  public var workloadFile: String?

  public init(
    workload: String, strategy: String, verdict: RunVerdict, expected: Verdict, calls: String,
    stock: Int, faults: [String], servers: [String], coverage: String, isComplete: Bool,
    schedules: Int, violations: Int, histories: Int, longest: Int, elapsed: Int64,
    vacuity: [String], counterexample: Counterexample?, text: String
  ) {
    self.workload = workload
    self.strategy = strategy
    self.verdict = verdict
    self.expected = expected
    self.calls = calls
    self.stock = stock
    self.faults = faults
    self.servers = servers
    self.coverage = coverage
    self.isComplete = isComplete
    self.schedules = schedules
    self.violations = violations
    self.histories = histories
    self.longest = longest
    self.elapsed = elapsed
    self.vacuity = vacuity
    self.counterexample = counterexample
    self.text = text
  }

  public var isAsExpected: Bool {
    switch (verdict, expected) {
    case (.violation, .violation), (.linearizable, .linearizable): true
    default: false
    }
  }

  /// One sentence: why the verdict is what it is.
  public var headline: String {
    switch verdict {
    case .violation: counterexample?.reasons.first ?? "a schedule breaks the stock"
    case .vacuous: vacuity.joined(separator: "; ")
    case .unknown: "no violation so far; explored: \(coverage)"
    case .linearizable: "no violation; explored: \(coverage)"
    }
  }
}

/// A strategy that was not explored.
public struct UnexploredStrategy: Sendable, Hashable {
  public var name: String
  /// Why not: a clause such as "uses no Redis that could be restarted".
  public var reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}
