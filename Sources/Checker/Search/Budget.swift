// What a search may spend. The checker sees no clock: its caller says when time is up.

/// Limits of one search. Running out gives the verdict `unknown`, never a crash.
public struct Budget: Sendable {
  /// Why a search ended early.
  public enum Limit: Sendable, Hashable {
    /// The caller said stop.
    case time
    /// The search's tables reached the limit.
    case memory
  }

  /// Bytes the search's tables may hold.
  public var bytes: Int
  /// Asked every few thousand configurations; true ends the search.
  public var shouldStop: @Sendable () -> Bool

  public init(bytes: Int = .max, shouldStop: @escaping @Sendable () -> Bool = { false }) {
    self.bytes = bytes
    self.shouldStop = shouldStop
  }

  public static var unlimited: Budget { Budget() }
}

/// How a history is cut into stretches (`Reductions.cuts`); no verdict depends on it.
public struct Stretches: Sendable {
  /// Replies a stretch has at least: shorter ones cost more in bookkeeping than they save.
  public var shortest: Int
  /// Configurations a stretch may have. It is searched wholly, to carry all that is possible at
  /// its end; where that is more than this, going depth first is the better bet.
  public var mostConfigurations: Int

  public init(shortest: Int = 32, mostConfigurations: Int = 10_000) {
    self.shortest = max(1, shortest)
    self.mostConfigurations = max(1, mostConfigurations)
  }
}
