// How a CI counts a verdict of `unknown`. The verdict stays what it is; the user decides only whether
// it breaks the build.

/// How a run or check that stayed `unknown` counts.
public enum UnknownPolicy: String, Sendable, Hashable, CaseIterable {
  /// Like one that is as expected, and without a word in annotations.
  case pass
  /// As passed, with a warning.
  case warn
  /// As not passed: exit code 2, an error in JUnit.
  case fail

  /// Whether what came out so breaks the build.
  public func tolerates(_ verdict: RunVerdict) -> Bool { self != .fail && verdict == .unknown }
}
