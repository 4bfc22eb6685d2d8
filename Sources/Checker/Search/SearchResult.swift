// What the general engine found for one partition, in terms of the calls it was given.

internal import History

/// Where a search got no further: the first reply that nothing explains.
public struct Stuck<State: Hashable & Sendable>: Sendable {
  /// One way in which everything before the reply can be explained.
  public struct Configuration: Sendable, Hashable {
    public var state: State
    /// Open calls that have taken effect, by index, ascending.
    public var done: [Int]
    /// How many indeterminate calls have taken effect.
    public var indeterminate: Int
  }

  /// The call whose reply is not explained, by index.
  public var call: Int
  /// Replies before it, all explained together: this prefix is linearizable.
  public var explained: Int
  /// For a violation: the prefix with this many replies is one, too.
  public var failing: Int
  /// Ways in which the prefix can be explained, at most `Stuck.mostConfigurations`.
  public var configurations: [Configuration]
  /// All states possible there, most frequent first where that is known.
  public var states: [State]

  public static var mostConfigurations: Int { 64 }
}

/// The outcome of one search.
public struct SearchResult<State: Hashable & Sendable>: Sendable {
  public var verdict: Verdict
  /// A linearization by indices into the calls; indeterminate calls left out never took effect.
  public var order: [Int]?
  /// Where it ended, unless linearizable: for `unknown`, the furthest it got.
  public var stuck: Stuck<State>?
  /// Why the verdict is unknown.
  public var limit: Budget.Limit?
  public var effort: Judgement.Effort
}

/// Searches for a linearization of one partition's calls.
public func search<M: Model>(
  _ calls: [TimedCall<M.Data>], model: M, reductions: Reductions = .all,
  budget: Budget = .unlimited, tuning: Tuning = Tuning()
) -> SearchResult<M.State> {
  var search = Search(
    calls, model: model, reductions: reductions, budget: budget, tuning: tuning)
  return search.judge()
}
