// The table of strategies against conditions: which one holds up, and at what price.
// Values in, text out; the caller says what a row and a column mean.

/// Many trials of many strategies, plain and under conditions such as a fault.
public struct Comparison: Sendable {
  /// One trial.
  public struct Cell: Sendable, Hashable {
    /// The row: a strategy, or a workload made for one.
    public var name: String
    /// The strategy, where the row is a workload of traffic that it is not made for.
    public var unfit: String?
    /// The column, such as a fault; nil: nothing special.
    public var condition: String?
    public var verdict: RunVerdict
    public var isAsExpected: Bool
    /// Units sold beyond the stock; nil where that is not known.
    public var oversold: Int?
    /// Nil without a lock and without a queue.
    public var waits: WaitFigures?
    /// Of the operations answered.
    public var latency: Latency?
    /// Operations answered per second.
    public var perSecond: Double?
    /// Database connections held at the peak.
    public var connections: Int?
    /// The longest time without an answer in the main phase (ns).
    public var gap: Int64?
    /// For a violation: the step that went wrong, in one sentence without a full stop.
    public var cause: String?
    /// Nil without a lock.
    public var holds: HoldFigures?
    /// Whose behaviour the strategy re-implements; nil where there is no original.
    public var origin: String?
    /// Why the trial proves nothing, a sentence each.
    public var vacuity: [String] = []
    /// Calls that were not answered, by kind; nil where that is not known.
    public var failures: FailureCounts?
    /// The command that makes the trial again.
    public var again: String?

    public init(
      name: String, condition: String?, verdict: RunVerdict, isAsExpected: Bool,
      oversold: Int? = nil, waits: WaitFigures? = nil, latency: Latency? = nil,
      perSecond: Double? = nil, connections: Int? = nil, gap: Int64? = nil,
      cause: String? = nil
    ) {
      self.name = name
      self.condition = condition
      self.verdict = verdict
      self.isAsExpected = isAsExpected
      self.oversold = oversold
      self.waits = waits
      self.latency = latency
      self.perSecond = perSecond
      self.connections = connections
      self.gap = gap
      self.cause = cause
    }

    /// The cell of a run. Where the strategy may break or get away with it, any verdict that was
    /// reached is as expected.
    public init(_ run: RunFacts, name: String, condition: String?, mayBreak: Bool = false) {
      let isReached = run.verdict == .linearizable || run.verdict == .violation
      self.init(
        name: name, condition: condition, verdict: run.verdict,
        isAsExpected: mayBreak ? isReached : run.isAsExpected,
        oversold: run.oversold, waits: run.waits, latency: run.figures.summary.latency,
        perSecond: run.figures.summary.answersPerSecond, connections: run.connections,
        gap: run.figures.longestGap,
        cause: run.verdict == .violation ? WrongStep(run.evidence)?.sentence : nil)
      again = run.again
      (holds, origin) = (run.holds, run.origin)
      vacuity = run.vacuity
      failures = run.figures.failures
      unfit = name == run.strategy ? nil : run.strategy
    }
  }

  /// The trials of one row and column.
  struct Group: Sendable {
    var name: String
    var condition: String?
    var cells: [Cell]

    /// The trial whose figures are shown: the middle one by throughput.
    var middle: Cell {
      cells.sorted { ($0.perSecond ?? 0) < ($1.perSecond ?? 0) }[cells.count / 2]
    }

    /// The trial whose verdict is shown: an unexpected one before any other.
    var worst: Cell {
      let unexpected = cells.filter { !$0.isAsExpected }
      return (unexpected.isEmpty ? cells : unexpected)
        .min { $0.verdict.place < $1.verdict.place } ?? cells[0]
    }

    var expected: Int { cells.count(where: \.isAsExpected) }
    var isAsExpected: Bool { expected == cells.count }
    var isLinearizable: Bool { cells.allSatisfy { $0.verdict == .linearizable } }
    var cause: String? { cells.lazy.compactMap(\.cause).first }
    /// Why a trial proves nothing, or what many of its calls failed with.
    var doubt: String? {
      cells.lazy.filter { $0.verdict == .vacuous }.compactMap { $0.vacuity.first }.first
        ?? cells.lazy.compactMap { $0.failures?.remark }.first
    }
    /// `redlock, clock-jump`.
    var label: String { ([name] + [condition].compactMap(\.self)).joined(separator: ", ") }
  }

  /// The column without anything special.
  public static let plain = "plain"

  /// A column that some rows were not tried under.
  public struct Omission: Sendable, Hashable {
    public var condition: String
    public var names: [String]
    /// A clause such as "strikes PostgreSQL, of which they use none".
    public var reason: String

    public init(condition: String, names: [String], reason: String) {
      self.condition = condition
      self.names = names
      self.reason = reason
    }
  }

  public var cells: [Cell]
  /// Trials that were not run to their end, since the comparison was ended before.
  public var notRun: [NotRun]
  public var omissions: [Omission]
  /// Servers with their versions: `redis 7.0.15`.
  public var servers: [String]

  public init(
    _ cells: [Cell], notRun: [NotRun] = [], omissions: [Omission] = [], servers: [String] = []
  ) {
    self.cells = cells
    self.notRun = notRun
    self.omissions = omissions
    self.servers = servers.uniqued
  }

  /// Whether every trial came out as expected.
  public var isAsExpected: Bool { notRun.isEmpty && cells.allSatisfy(\.isAsExpected) }

  /// Rows of a column of which not one trial was run.
  var rowsNotRun: [NotRun] {
    let run = Set(cells.map { NotRun(trial: $0.name, under: $0.condition) })
    return notRun.uniqued.filter { !run.contains($0) }
  }

  /// Rows and columns with their trials, by condition, so that what ran under the same conditions
  /// stands together.
  var groups: [Group] {
    conditions.flatMap { condition in
      cells.filter { $0.condition == condition }.map(\.name).uniqued.map { name in
        Group(
          name: name, condition: condition,
          cells: cells.filter { $0.name == name && $0.condition == condition })
      }
    }
  }

  /// Conditions in the order in which they came, none first.
  var conditions: [String?] {
    let all = cells.map(\.condition).uniqued
    return all.filter { $0 == nil } + all.filter { $0 != nil }
  }
}
