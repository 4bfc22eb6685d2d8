// What was asked for but not run to its end, because the command ended first: reports name it, so
// that a command that was cut short is never taken for a success.

/// A strategy, or a trial, that was not run to its end.
public struct NotRun: Sendable, Hashable {
  /// The workload; of a trial, its column: as JUnit's suites are called.
  public var suite: String
  /// The strategy, or the trial's row.
  public var name: String
  /// As sentences have it: `redlock`, `redlock under clock-jump`.
  public var label: String

  /// A strategy of a workload.
  public init(strategy: String, of workload: String) {
    (suite, name, label) = (workload, strategy, strategy)
  }

  /// A trial of a comparison; nil: under nothing special.
  public init(trial name: String, under condition: String?) {
    suite = ReportedCase.suite(under: condition)
    self.name = name
    label = ([name] + [condition].compactMap(\.self)).joined(separator: " under ")
  }

  /// Why, as a machine's report says it.
  static let reason = "not run: the command ended first"
}

extension [NotRun] {
  /// `not run: redis-lua, redlock under clock-jump`; nil where there is none.
  var sentence: String? {
    isEmpty ? nil : "not run: " + map(\.label).uniqued.joined(separator: ", ")
  }
}
