// What a search may spend. The checker sees no clock: its caller says when time is up.

/// Limits of one search. Running out gives the verdict `unknown`, never a crash.
public struct Budget: Sendable {
  /// Why a search ended early.
  public enum Limit: Sendable, Hashable {
    /// The caller said stop.
    case time
    /// The search's tables reached the limit.
    case memory
    /// The search visited as many configurations as it was allowed.
    case configurations
  }

  /// Bytes the search's tables may hold.
  public var bytes: Int
  /// Configurations that may be visited: a limit that doesn't depend on the machine.
  public var configurations: Int
  /// Asked every few hundred configurations; true ends the search.
  public var shouldStop: @Sendable () -> Bool

  public init(
    bytes: Int = .max, configurations: Int = .max,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.bytes = bytes
    self.configurations = configurations
    self.shouldStop = shouldStop
  }

  public static var unlimited: Budget { Budget() }
}

/// When the search takes which turn; no verdict depends on it.
public struct Tuning: Sendable {
  /// Replies a stretch has at least: shorter ones cost more in bookkeeping than they save.
  public var shortestStretch: Int
  /// Configurations a stretch may have. It is searched wholly, to carry all that is possible at
  /// its end; where that is more than this, going depth first is the better bet.
  public var mostInStretch: Int

  /// Configurations after which a refutation by relaxation is tried (`Reductions.relaxation`).
  public var relaxedAfter: Int

  public init(shortestStretch: Int = 32, mostInStretch: Int = 10_000, relaxedAfter: Int = 5000) {
    self.relaxedAfter = relaxedAfter
    self.shortestStretch = max(1, shortestStretch)
    self.mostInStretch = max(1, mostInStretch)
  }
}
