// What reports say of an exploration: values, filled in by whoever explored. Nothing here
// knows how schedules are walked.

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
    public var clients: Int
    public var stock: Int
    public var preemptions: Int
    public var faults: Int
    /// Whether everything shorter was explored.
    public var isShortest: Bool
    public var steps: [Step]
    /// What a fresh process read at the end.
    public var left: Int?
    /// For `soldout replay`.
    public var token: String
    /// The command that repeats it.
    public var command: String

    public init(
      reasons: [String], calls: String, clients: Int, stock: Int, preemptions: Int, faults: Int,
      isShortest: Bool, steps: [Step], left: Int?, token: String, command: String
    ) {
      self.reasons = reasons
      self.calls = calls
      self.clients = clients
      self.stock = stock
      self.preemptions = preemptions
      self.faults = faults
      self.isShortest = isShortest
      self.steps = steps
      self.left = left
      self.token = token
      self.command = command
    }
  }

  /// How schedules were chosen.
  public enum Search: Sendable, Hashable {
    /// All of them, with at most so many preemptions (nil: any number); commuting steps in one order only
    /// if `reduces`.
    case exhaustive(reduces: Bool, preemptions: Int?)
    case randomWalk(seed: UInt64)
    case pct(depth: Int, seed: UInt64)
  }

  /// How often one kind of fault may happen in a schedule.
  public struct FaultAllowance: Sendable, Hashable {
    /// `losses`, as workloads write it.
    public var kind: String
    public var count: Int

    public init(kind: String, count: Int) {
      self.kind = kind
      self.count = count
    }
  }

  /// The workload; of a strategy that is explored by itself `explore`.
  public var workload: String
  public var strategy: String
  /// What the strategy is, in a few words.
  public var summary = ""
  public var verdict: RunVerdict
  public var expected: Verdict
  /// The clients' calls, `t/t`, and the stock they fight for.
  public var calls: String
  public var clients: Int
  public var stock: Int
  /// What these are: `in stock`, `coupons`.
  public var unit = "in stock"
  /// What was allowed to go wrong.
  public var faults: [FaultAllowance] = []
  /// The servers as reports state them, `MariaDB 10.11.19 (as MySQL)`.
  public var servers: [String] = []
  /// Their versions by name.
  public var versions: [String: String] = [:]
  public var search = Search.exhaustive(reduces: true, preemptions: nil)
  /// Whether nothing was left to try within the search's bounds.
  public var isComplete = false
  /// The share of the tree that was covered, estimated, from 0 to 1.
  public var covered = 0.0
  public var schedules = 0
  public var violations = 0
  /// Schedules that only repeated others up to the order of commuting steps.
  public var redundant = 0
  /// Schedules run again since a program did something else in them than before, and the first such
  /// difference: a clause.
  public var differing = 0
  public var difference: String?
  /// Calls that a program answered though no server was asked for them.
  public var unasked = 0
  /// Why the program's time is real: a clause; nil: it passes when nobody can move.
  public var realTime: String?
  /// Schedules given up since they had more than `mostSteps` steps.
  public var cut = 0
  public var mostSteps = 0
  /// Different histories that the schedules had, and schedules whose histories were not remembered.
  public var rememberedHistories = 0
  public var unremembered = 0
  /// Steps of the longest schedule.
  public var longest = 0
  /// In ns.
  public var elapsed: Int64 = 0
  /// Why the schedules prove nothing, each a clause.
  public var vacuity: [String] = []
  public var counterexample: Counterexample?
  /// The workload's file within the repository, for annotations.
  public var workloadFile: String?

  public init(
    workload: String, strategy: String, verdict: RunVerdict, expected: Verdict, calls: String,
    clients: Int, stock: Int
  ) {
    self.workload = workload
    self.strategy = strategy
    self.verdict = verdict
    self.expected = expected
    self.calls = calls
    self.clients = clients
    self.stock = stock
  }

  /// Different histories that the schedules had, at most.
  public var histories: Int { rememberedHistories + unremembered }

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
