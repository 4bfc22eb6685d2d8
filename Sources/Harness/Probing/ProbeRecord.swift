// What a probe saw: every exchange with a program or a service, and a verdict on them.

/// One probe.
public struct ProbeRecord: Sendable {
  /// A request and its answer.
  public struct Exchange: Sendable, Hashable {
    public var sent: String
    public var heard: String
    /// What said what it means: `by rule 2 (shop.yaml:14:7)`; nil: nothing had to.
    public var rule: String?
  }

  /// A command that passed a proxy.
  public struct Command: Sendable, Hashable {
    public var server: String
    /// `GET item-0 → 1`.
    public var text: String
  }

  /// One thing that was done.
  public struct Step: Sendable {
    /// `start`, `prepare`, `take`, `read`, `restock`, `truth`.
    public var title: String
    public var exchanges: [Exchange] = []
    /// The result: `ok, 0 left`.
    public var outcome: String
    public var commands: [Command] = []
  }

  /// The verdict on it.
  public enum Verdict: Sendable {
    /// All of it was understood.
    case understood
    /// Its answers contradict each other, or what is left: a sentence each.
    case contradictory([String])
    /// Answers that no rule understands: a sentence each, with the place in the workload.
    case notUnderstood([String])
    /// It ended early.
    case failed(RunFailure)
  }

  public var steps: [Step] = []
  /// What was worth knowing besides, a sentence each without a full stop.
  public var remarks: [String] = []
  public var verdict = Verdict.understood
}
