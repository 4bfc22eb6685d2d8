// What is explored: a strategy, its clients' calls, and how much may go wrong.

public import Drivers
public import Harness
import History

/// One exploration's question.
public struct Configuration: Sendable {
  /// Whose schedules are explored.
  public enum Subject: Sendable {
    case strategy(any Strategy.Type)
    case external(External)

    public var card: StrategyCard {
      switch self {
      case .strategy(let type): type.card
      case .external(let external): external.system.card
      }
    }
  }

  /// A program or a service of the user's, as a workload describes it.
  public struct External: Sendable {
    public var workload: Workload
    public var system: SystemUnderTest
    /// Where what it prints is kept.
    public var folder: String

    public init(_ workload: Workload, _ system: SystemUnderTest, folder: String) {
      (self.workload, self.system, self.folder) = (workload, system, folder)
    }
  }

  public var subject: Subject
  /// The calls of each client, in order.
  public var script: [[ShopCall]]
  /// Units on sale at the start.
  public var stock: Int
  public var faultBudget: FaultBudget
  /// What Redis keeps when it is killed.
  public var persistence = RedisOptions.Persistence.none
  /// How long a call may take on the scheduler's clock.
  public var callTimeout = Duration.seconds(5)
  /// How long leases last; nil: as each lock has it.
  public var lease: Duration? {
    // Who stood still for as long as a lease still finishes the call.
    didSet { callTimeout = max(callTimeout, (lease ?? .zero) * 2) }
  }
  /// What the strategy is held to; what its card says, if nothing else is said.
  public var guarantees: Guarantees

  /// `clients` take one unit each, `calls` times.
  ///
  /// The stock is by default as many units as they take.
  public init(
    _ strategy: any Strategy.Type, clients: Int = 2, calls: Int = 1, stock: Int? = nil,
    faultBudget: FaultBudget = FaultBudget()
  ) {
    self.init(
      strategy,
      script: Array(repeating: Array(repeating: .take(1), count: calls), count: clients),
      stock: stock, faultBudget: faultBudget)
  }

  public init(
    _ strategy: any Strategy.Type, script: [[ShopCall]], stock: Int? = nil,
    faultBudget: FaultBudget = FaultBudget()
  ) {
    self.init(.strategy(strategy), script: script, stock: stock, faultBudget: faultBudget)
  }

  public init(
    _ subject: Subject, script: [[ShopCall]], stock: Int? = nil,
    faultBudget: FaultBudget = FaultBudget()
  ) {
    self.subject = subject
    guarantees = subject.card.guarantees
    self.script = script
    self.stock = stock ?? script.joined().reduce(0) { $0 + $1.units }
    self.faultBudget = faultBudget
  }

  /// What a workload asks of one of its strategies.
  public init(_ exploration: Workload.Exploration, of strategy: any Strategy.Type) {
    self.init(exploration, of: .strategy(strategy))
  }

  /// What a workload asks of what it sells by.
  public init(_ exploration: Workload.Exploration, of subject: Subject) {
    self.init(
      subject, script: exploration.calls, stock: exploration.stock,
      faultBudget: exploration.faultBudget)
    persistence = exploration.persistence
  }

  public var clients: Int { script.count }

  /// The number of the process that sets the stock and reads what is left: far from every client's, whose
  /// processes are counted on from its own number.
  var observer: Int { 1000 * clients }
  /// The strategy, where it is one of soldout's.
  public var strategy: (any Strategy.Type)? {
    if case .strategy(let type) = subject { type } else { nil }
  }

  public var card: StrategyCard { subject.card }
  /// What is sold, as histories name it.
  var object: Value { .string(card.datatype.object(0)) }
  public var name: String {
    if case .external(let external) = subject { external.workload.name } else { card.name }
  }

  /// How many workers serve the clients from beside.
  var workers: Int {
    if case .strategy(let type) = subject { type.init().workers } else { 0 }
  }
}

extension Workload.Exploration {
  /// The smallest question worth asking of a strategy. Of a cache, a client that looks twice and one that
  /// buys, since what it breaks is what buyers are shown.
  public static func standard(of strategy: any Strategy.Type) -> Self {
    var exploration = Self(of: strategy.card.datatype)
    if strategy.card.answersFromMemory { exploration.calls = [[.read, .read], [.take(1)]] }
    return exploration
  }
}

extension Configuration {
  /// Why the scheduler can't hold it; nil: it can.
  public var unfitness: String? {
    guard clients <= ThreadID.mostClients else {
      return "is explored with at most \(ThreadID.mostClients) clients, not \(clients)"
    }
    guard workers <= ThreadID.mostWorkers else {
      return "is served by more workers than can be scheduled"
    }
    if workers > 0, faultBudget.harmsServers {
      return "is served by workers, and no schedule says when they are back at a server that died"
    }
    if case .external(let external) = subject, let unfitness = unfitness(of: external.workload) {
      return unfitness
    }
    let needs = card.needs
    if faultBudget.restarts > 0, needs.isDisjoint(with: [.redis, .fiveRedis]) {
      return "uses no Redis that could be restarted"
    }
    if faultBudget.postgresRestarts > 0, !needs.contains(.postgres) {
      return "uses no PostgreSQL that could be restarted"
    }
    if faultBudget.failovers > 0, !needs.contains(.redis) {
      return "uses no Redis that a replica could take over from"
    }
    if faultBudget.failovers > 1 {
      return "has one replica, which can take over once; allow one failover"
    }
    return nil
  }

  /// The same of something of the user's.
  private func unfitness(of workload: Workload) -> String? {
    if let refusal = ProcessTrees.refusal { return "can't be explored here: \(refusal)" }
    if case .url? = workload.service?.origin {
      return "runs already; what is explored is started by soldout: give `command` instead of `url`"
    }
    if card.needs.isEmpty { return "uses no server, so there is nothing to put in order" }
    if faultBudget.harmsServers {
      return "is a program, whose servers are not harmed; leave out restarts and failovers"
    }
    return nil
  }

  /// What the servers must be started for.
  public var demands: ServerDemands {
    var demands = ServerDemands()
    demands.hasReplica = faultBudget.failovers > 0
    demands.persistence = persistence
    if case .external = subject {
      demands.hasPorts = true
      // Where its clock can be made to stand still, leases end by choice alone.
      demands.hasShims = card.needs.contains(.redis) && ServerShim.library != nil
      // A deadlock has to be found before the schedule is old, and not so soon that another client's block,
      // microseconds later, would change the victim.
      demands.postgresSettings["deadlock_timeout"] = "100ms"
    }
    if faultBudget.postgresRestarts > 0 { demands.postgresSettings = Self.onlyWhenTold }
    return demands
  }

  /// Settings of a PostgreSQL that writes its log when a commit says so and at no other time, so that
  /// what a kill takes is the schedule's to say (PostgreSQL manual §20.5, §20.4.5, §20.10).
  private static let onlyWhenTold = [
    "wal_writer_delay": "10s", "bgwriter_lru_maxpages": "0", "checkpoint_timeout": "1d",
    "autovacuum": "off",
  ]

  func checkFitness() throws(ExplorationFailure) {
    if let unfitness { throw .unfit("\(name) \(unfitness)") }
  }
}
