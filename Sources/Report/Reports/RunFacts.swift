// Everything a report says about one strategy's run, as values. The caller fills this in; reports
// only lay it out.

public import Checker
public import History

/// The facts of one run: what ran, what was recorded, what was judged.
public struct RunFacts: Sendable {
  /// A fault of the workload and how often it fired.
  public struct FaultCount: Sendable, Hashable {
    public var name: String
    public var fired: Int

    public init(name: String, fired: Int) {
      self.name = name
      self.fired = fired
    }
  }

  public var workload: String
  public var strategy: String
  public var seed: String
  /// What it ran under, for the first line: `16 clients`, `100 in stock`.
  public var conditions: [String]
  /// Servers with their versions: `redis 7.0.15`.
  public var servers: [String]
  /// What is out of the ordinary about the servers, by server: `maxmemory 3.0 MB, noeviction`.
  public var serverFacts: [String: [String]] = [:]
  /// What was recorded; without its operations where they were judged while it was read, and nothing
  /// names any.
  public var history: History
  /// What locks noted. Not read from the history's events: judged while it was read, it has none of
  /// them.
  public var locks: LockLog
  /// One for each key.
  public var judgements: [Judgement]
  public var findings: [Finding]
  /// Why the run proves nothing, a sentence each; empty if it does.
  public var vacuity: [String]
  /// What the workload expects of this strategy; nil: linearizable.
  public var expected: RunVerdict?
  public var faults: [FaultCount]
  /// Units sold that were never there or did not go from the store, over all items; nil where the
  /// stores were not asked.
  public var oversold: Int?
  /// Nil without a lock and without a queue.
  public var waits: WaitFigures?
  /// Nil without a lock.
  public var holds: HoldFigures?
  /// Whose behaviour the strategy re-implements, a sentence; nil where there is no original.
  public var origin: String?
  /// Database connections of all clients at the peak; nil where they were not counted.
  public var connections: Int?
  /// How much was done of what was asked for, where the run was ended before its end: `4.1 s of
  /// 20 s`; nil: all of it.
  public var cutShort: String?
  /// Figures of the main phase.
  public var figures: RunFigures
  /// The file that describes the workload, for annotations.
  public var workloadFile: String?
  /// The command that judges the recorded history again (exact), the one that looks at it again, and
  /// the one that runs the workload again (same calls, new interleaving).
  public var recheck: String?
  public var look: String?
  public var again: String?

  /// The main phase is in nanoseconds on the run's clock; nil: from the first call to the end. What is
  /// not given of figures and locks is taken from the history.
  public init(
    workload: String, strategy: String, seed: String, conditions: [String] = [],
    servers: [String] = [], history: History, mainPhase: Range<Int64>? = nil,
    figures: RunFigures? = nil, locks: LockLog? = nil, judgements: [Judgement],
    findings: [Finding] = [], vacuity: [String] = [], expected: RunVerdict? = nil,
    faults: [FaultCount] = [], failureKinds: [FailureCounts.Known] = []
  ) {
    self.workload = workload
    self.strategy = strategy
    self.seed = seed
    self.conditions = conditions
    self.servers = servers
    self.history = history
    self.locks = locks ?? LockLog(of: history)
    self.judgements = judgements
    self.findings = findings
    self.vacuity = vacuity
    self.expected = expected
    self.faults = faults
    self.figures = figures ?? RunFigures(of: history, mainPhase: mainPhase)
    self.figures.failures = self.figures.failures.knowing(failureKinds)
  }

  public var verdict: RunVerdict {
    RunVerdict(evidence.verdict, isVacuous: !vacuity.isEmpty)
  }

  /// Whether the verdict is what the workload expects, of all that was to be run.
  public var isAsExpected: Bool { verdict == expected ?? .linearizable && !isUnfinished }

  /// Whether it was ended early and nothing was found: what the rest would have shown nobody knows.
  /// A violation that was found stays one.
  public var isUnfinished: Bool { cutShort != nil && verdict == .linearizable }

  /// The verdict in lists: that of an unfinished run is no pass.
  var word: String { isUnfinished ? "ended early" : verdict.word }

  /// The sentence after the verdict; that it is of a part only comes first.
  var headline: String {
    (cutShort.map { "ended early after \($0): " } ?? "")
      + evidence.headline(verdict, vacuity: vacuity)
  }

  /// The verdict with its sentence.
  func verdictLines(width: Int) -> [Line] {
    Paragraph(
      headline, lead: Span(verdict.word + "  ", isUnfinished ? .doubtful : verdict.ink),
      ink: .strong
    ).lines(width: width)
  }

  var evidence: Evidence {
    Evidence(history: history, judgements: judgements, findings: findings)
  }
}
