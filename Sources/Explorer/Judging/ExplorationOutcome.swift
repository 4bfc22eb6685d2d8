// What came of an exploration, with what it was an exploration of: all that a report is made of.

/// An exploration that has ended.
public struct ExplorationOutcome: Sendable {
  public var configuration: Configuration
  public var search: Search
  public var findings: Findings
  public var counterexample: ShortestViolation?
  /// The servers' versions, by name.
  public var versions: [String: String]

  public init(
    configuration: Configuration, search: Search, findings: Findings,
    counterexample: ShortestViolation?, versions: [String: String]
  ) {
    self.configuration = configuration
    self.search = search
    self.findings = findings
    self.counterexample = counterexample
    self.versions = versions
  }

  /// Why the schedules prove nothing, each a clause; none if they may be judged.
  public var vacuity: [String] { findings.vacuity(of: configuration) }

  /// What repeats the counterexample.
  public var token: Token? {
    counterexample.map { Token($0.schedule, of: $0.configuration, versions: versions) }
  }
}
