// What a check found, as values. Nothing here searches, prints or exits.

public import History

/// The three verdicts; merging keeps the worst, so the raw order is the order of merging.
public enum Verdict: Int, Sendable, Hashable, Comparable, CaseIterable {
  case linearizable
  case unknown
  case violation

  public static func < (left: Verdict, right: Verdict) -> Bool { left.rawValue < right.rawValue }

  /// Violation over unknown over linearizable: one broken key breaks the run.
  public func merged(with other: Verdict) -> Verdict { max(self, other) }
}

extension Verdict: CustomStringConvertible {
  public var description: String {
    switch self {
    case .linearizable: "linearizable"
    case .unknown: "unknown"
    case .violation: "violation"
    }
  }
}

/// The few operations that show why no order of the history conforms.
public struct Counterexample: Sendable, Hashable {
  /// Positions in `History.operations` of the operations kept in full, by call.
  public var operations: [Int]
  /// One sentence: what these operations say that cannot be.
  public var headline: String
  /// The chain of reasons, each a sentence.
  public var reasons: [String]
  /// How many operations of the key were weakened: whatever they did, it does not help.
  public var weakened: Int
  /// Those of the operations that the sentences are about, where there are many.
  public var named: Set<Int>

  public init(
    operations: [Int], headline: String, reasons: [String] = [], weakened: Int = 0,
    named: Set<Int> = []
  ) {
    self.named = named
    self.operations = operations
    self.headline = headline
    self.reasons = reasons
    self.weakened = weakened
  }
}

/// What was decided of one key (partition) of a history.
public struct Judgement: Sendable, Hashable {
  /// What the engine did, for reports and benches.
  public struct Effort: Sendable, Hashable {
    /// Distinct configurations visited; 0 for monitors.
    public var configurations: Int
    /// Bytes held at the peak by the engine's own tables, estimated.
    public var bytes: Int

    public init(configurations: Int = 0, bytes: Int = 0) {
      self.configurations = configurations
      self.bytes = bytes
    }
  }

  /// What is linearizable of a key that as a whole is not, or is not known to be.
  public struct Prefix: Sendable, Hashable {
    /// Operations replied by its end: with those then open they can be explained.
    public var operations: Int
    /// Line of its last reply; 0 when the history came from no file, or nothing replied.
    public var line: Int
    /// Whether one reply more is known to be a violation.
    public var isLongest: Bool

    public init(operations: Int, line: Int = 0, isLongest: Bool = true) {
      self.operations = operations
      self.line = line
      self.isLongest = isLongest
    }
  }

  public var key: Value?
  public var verdict: Verdict
  /// Which engine decided: `search`, `stock-monitor`, …
  public var engine: String
  /// Operations of this key.
  public var operations: Int
  public var counterexample: Counterexample?
  /// Why the verdict is unknown, what was proven all the same, and how to go on.
  public var unknown: String?
  /// A linearization: positions in `History.operations` in the order in which they took effect;
  /// indeterminate ones that are left out never did.
  public var order: [Int]?
  public var effort: Effort
  /// How far it is linearizable, unless it is as a whole, where that was found.
  public var prefix: Prefix?
  /// Why the engines tried before did not apply, a clause each.
  public var refusals: [String]
  /// Reads that were not judged, since their replies told nothing.
  public var unanswered = 0

  public init(
    key: Value?, verdict: Verdict, engine: String, operations: Int,
    counterexample: Counterexample? = nil, unknown: String? = nil, order: [Int]? = nil,
    effort: Effort = Effort(), prefix: Prefix? = nil, refusals: [String] = []
  ) {
    self.key = key
    self.verdict = verdict
    self.engine = engine
    self.operations = operations
    self.counterexample = counterexample
    self.unknown = unknown
    self.order = order
    self.effort = effort
    self.prefix = prefix
    self.refusals = refusals
  }
}

extension History {
  /// The prefix of some calls' history with this many replies.
  func prefix<Data: Datatype>(
    of calls: [TimedCall<Data>], replies: Int, isLongest: Bool
  ) -> Judgement.Prefix {
    let replied = calls.filter { !$0.isIndeterminate }.sorted { $0.end < $1.end }
    let last = replies > 0 && replies <= replied.count ? replied[replies - 1].position : nil
    return Judgement.Prefix(
      operations: replies, line: last.flatMap { operations[$0].reply?.line } ?? 0,
      isLongest: isLongest)
  }
}
