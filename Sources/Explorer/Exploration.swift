// One exploration: worlds side by side on one event loop that take branches from one frontier, and
// one judge. What is found depends on the tree alone, not on which world ran what.

import Drivers
public import Harness

/// What is to be explored, and how.
public struct Exploration: Sendable {
  public var configuration: Configuration
  public var search: Search
  public var budget: ExplorationBudget
  /// One place on the servers for each world.
  public var places: [Topology]
  /// The servers themselves, where the configuration lets them come to harm: nobody else's then.
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
    precondition(!places.isEmpty, "an exploration needs a world")
    precondition(
      !configuration.faultBudget.harmsServers || servers != nil && places.count == 1,
      "servers that come to harm serve one world")
    self.servers = servers
    self.configuration = configuration
    self.search = search
    self.budget = budget
    self.places = places
  }

  /// Explores until nothing is left to try, the budget is spent or somebody asks to stop.
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
    let exploration = self
    return try EventLoop.run {
      (loop) async throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) in
      let runner = ExplorationRunner(exploration, from: start, on: loop)
      return try await runner.explore(
        stop: { stop.isRequested }, progress: progress, checkpoint: checkpoint)
    }
  }

  /// Carries one schedule out with everything recorded.
  ///
  /// A choice that can't be made is a mishap of the schedule, not an error.
  public func replay(_ transitions: [NamedTransition]) throws(ExplorationFailure) -> Schedule {
    try replay(transitions, times: 1)[0]
  }

  /// Carries one schedule out again and again.
  public func replay(
    _ transitions: [NamedTransition], times: Int
  ) throws(ExplorationFailure) -> [Schedule] {
    try configuration.checkFitness()
    let exploration = self
    return try EventLoop.run { (loop) async throws(ExplorationFailure) -> [Schedule] in
      let runner = ExplorationRunner(exploration, from: Frontier(), on: loop)
      return try await runner.replay(transitions, times: times)
    }
  }
}

/// How long an exploration goes on between checkpoints: briefly at first, then twice as long each
/// time, so that one that is killed has lost at most about half of its work, and never much.
public struct Checkpoints: Sendable, Hashable {
  /// In s.
  public var first: Double
  public var longest: Double
  private var next: Double?
  private var pause: Double?

  public init(first: Double = 1, longest: Double = 30) {
    self.first = first
    self.longest = longest
  }

  /// Whether one is due, so many seconds after the beginning; then the next one is not yet.
  mutating func isOver(at seconds: Double) -> Bool {
    guard seconds >= next ?? first else { return false }
    pause = min(longest, 2 * (pause ?? first))
    next = seconds + (pause ?? first)
    return true
  }
}

/// Chooses what was chosen before.
struct Replay: Scheduler {
  let transitions: [NamedTransition]
  let keys: KeyTable
  private var position = 0

  init(_ transitions: [NamedTransition], keys: KeyTable) {
    self.transitions = transitions
    self.keys = keys
  }

  mutating func choose(_ options: [EnabledTransition]) -> Transition? {
    guard position < transitions.count, let transition = transitions[position].transition(keys)
    else { return nil }
    position += 1
    return options.contains { $0.transition == transition } ? transition : nil
  }

  mutating func happened(ending: Bool) {}

  var reduces: Bool { false }
}

/// A choice with its key's name, if it has one: numbers of keys differ from run to run.
public struct NamedTransition: Sendable, Hashable {
  public var transition: Transition
  public var key: String?
  public var server = 0

  public init(_ transition: Transition, key: String? = nil, server: Int = 0) {
    self.transition = transition
    self.key = key
    self.server = server
  }

  init(_ transition: Transition, _ keys: KeyTable) {
    self.transition = transition
    if transition.kind == .expire {
      key = keys.keys[Int(transition.subject)].name
      server = keys.keys[Int(transition.subject)].server
    }
  }

  func transition(_ keys: KeyTable) -> Transition? {
    guard let key else { return transition }
    let number = keys.number(of: StoredKey(server: server, name: key))
    return UInt8(exactly: number).map { Transition(transition.kind, $0) }
  }
}
