// One exploration: what is asked, how schedules are chosen, and where they are run.

import Drivers
public import Harness

/// What is to be explored, and how.
public struct Exploration: Sendable {
  public var configuration: Configuration
  public var search: Search
  public var budget: ExplorationBudget
  /// One place on the servers for each testbed.
  public var places: [Topology]
  /// The servers themselves, where the configuration allows harming them; then no one else uses them.
  public var servers: ServerHandles?
  /// The private servers that it runs on: should one end by itself, the exploration does too.
  public var watched = ServerHandles()
  /// When a frontier is handed out along the way.
  public var checkpoints = Checkpoints()
  /// Whether a reduced walk leaves a point another way only where its step races; tests compare.
  var awaitsRaces = true

  public init(
    _ configuration: Configuration, search: Search = .all,
    budget: ExplorationBudget = ExplorationBudget(), places: [Topology],
    servers: ServerHandles? = nil
  ) {
    if case .exhaustive(reduces: true, preemptions: .some) = search {
      preconditionFailure("reduction may need preemptions that a bound forbids; leave one out")
    }
    precondition(!places.isEmpty, "an exploration needs a place on the servers")
    precondition(
      !configuration.faultBudget.harmsServers || servers != nil && places.count == 1,
      "servers that come to harm serve one testbed")
    self.servers = servers
    self.configuration = configuration
    self.search = search
    self.budget = budget
    self.places = places
  }

  /// Explores until nothing is left to try, the budget is spent or `stop` is requested.
  ///
  /// Blocks the calling thread; `progress` hears of it several times a second, and `checkpoint` of
  /// what is left, from time to time: going on from there nothing is lost and nothing is counted
  /// twice, also of the schedules that are under way. Both are called between schedules and must not
  /// take long.
  public func carryOut(
    from start: Frontier = Frontier(), stop: some StopRequest = NeverStops(),
    progress: @escaping @Sendable (ExplorationProgress) -> Void = { _ in },
    checkpoint: (@Sendable (Frontier) -> Void)? = nil
  ) throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) {
    try configuration.checkFitness()
    let isStopped: @Sendable () -> Bool = { stop.isRequested }
    switch configuration.subject {
    case .strategy:
      return try explore(in: StrategyTestbed.self, start, isStopped, progress, checkpoint)
    case .external:
      return try explore(in: ProgramTestbed.self, start, isStopped, progress, checkpoint)
    }
  }

  private func explore<Place: Testbed>(
    in: Place.Type, _ start: Frontier, _ stop: @escaping @Sendable () -> Bool,
    _ progress: @escaping @Sendable (ExplorationProgress) -> Void,
    _ checkpoint: (@Sendable (Frontier) -> Void)?
  ) throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) {
    let exploration = self
    return try EventLoop.run {
      (loop) async throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) in
      let runner = ExplorationRunner<Place>(exploration, from: start, on: loop)
      return try await runner.explore(stop: stop, progress: progress, checkpoint: checkpoint)
    }
  }

  /// Carries one schedule out with everything recorded.
  ///
  /// A transition that is not enabled aborts the schedule and is no error.
  public func replay(_ transitions: [NamedTransition]) throws(ExplorationFailure) -> Schedule {
    try replay(transitions, times: 1)[0]
  }

  /// Carries one schedule out again and again.
  public func replay(
    _ transitions: [NamedTransition], times: Int
  ) throws(ExplorationFailure) -> [Schedule] {
    try replay(Array(repeating: transitions, count: times))
  }

  /// Carries schedules out, one after the other.
  func replay(_ schedules: [[NamedTransition]]) throws(ExplorationFailure) -> [Schedule] {
    try configuration.checkFitness()
    switch configuration.subject {
    case .strategy: return try replay(schedules, in: StrategyTestbed.self)
    case .external: return try replay(schedules, in: ProgramTestbed.self)
    }
  }

  private func replay<Place: Testbed>(
    _ schedules: [[NamedTransition]], in: Place.Type
  ) throws(ExplorationFailure) -> [Schedule] {
    let exploration = self
    return try EventLoop.run { (loop) async throws(ExplorationFailure) -> [Schedule] in
      let runner = ExplorationRunner<Place>(exploration, from: Frontier(), on: loop)
      return try await runner.replay(schedules)
    }
  }
}
