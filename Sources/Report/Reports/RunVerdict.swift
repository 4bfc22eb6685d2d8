// What a report says first: the verdict of the history, or that the run proves nothing.

public import Checker

/// A run's verdict. A run in which too little happened is vacuous, whatever its history's verdict.
public enum RunVerdict: String, Sendable, Hashable, CaseIterable {
  case violation
  case unknown
  case vacuous
  case linearizable

  /// A violation stays one in a vacuous run, and what was not decided stays so.
  public init(_ verdict: Verdict, isVacuous: Bool) {
    self =
      switch verdict {
      case .violation: .violation
      case .unknown: .unknown
      case .linearizable: isVacuous ? .vacuous : .linearizable
      }
  }

  /// As reports print it; what asks for attention in capitals.
  public var word: String {
    switch self {
    case .violation: "VIOLATION"
    case .vacuous: "VACUOUS"
    case .unknown, .linearizable: rawValue
    }
  }

  /// Where a verdict that was not expected stands in a list: the worst first. A broken strategy
  /// that came out linearizable tells of a harness that finds too little.
  var place: Int {
    switch self {
    case .violation: 0
    case .linearizable: 1
    case .unknown: 2
    case .vacuous: 3
    }
  }

  var ink: TextStyle {
    switch self {
    case .violation: .bad
    case .unknown, .vacuous: .doubtful
    case .linearizable: .good
    }
  }
}
