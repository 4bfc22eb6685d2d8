// How far an exploration has come, and why one came to nothing.

public import Checker
public import Drivers
public import Harness

/// How far an exploration has come.
public struct ExplorationProgress: Sendable {
  public var schedules: Int
  public var violations: Int
  /// The share of the tree covered, estimated; nil where schedules are drawn.
  public var covered: Double?
  public var seconds: Double
}

/// Why an exploration came to nothing.
public enum ExplorationFailure: Error, Sendable {
  /// The strategy can't be explored, and why not.
  case unfit(String)
  /// The program can't be explored: a sentence.
  case program(String)
  /// It can't be driven at all: it is missing, ends at once, or never gets ready. A sentence.
  case undrivable(String)
  /// Talking to the servers failed outside any call.
  case servers(String, Failure)
  /// A schedule could not be carried out; the choices, as a token writes them.
  case aborted(AbortReason, schedule: String)
  /// Servers ended by themselves; what is left to explore, with all that was found before.
  case lost([LostServer], rest: Frontier)
  case undecodable(Undecodable)
}
