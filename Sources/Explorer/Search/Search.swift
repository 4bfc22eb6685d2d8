// How an exploration chooses its schedules, and when it stops.

/// How schedules are chosen.
public enum Search: Sendable, Hashable {
  /// All of them, with at most `preemptions` in each (nil: any number); commuting steps in one
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
