// What faults require of the servers before these start, and of the clients' locks. Two faults whose
// requirements contradict each other are refused.

public import Drivers

/// How locks get their leases while a fault may strike.
public struct LeaseDemand: Sendable, Hashable {
  public var length: Duration
  /// Whether a lock that has a watchdog keeps it; else the lease simply runs out.
  public var isRenewed: Bool

  public init(length: Duration, isRenewed: Bool) {
    self.length = length
    self.isRenewed = isRenewed
  }
}

/// How servers are to be started, and locks to be held.
public struct ServerDemands: Sendable, Hashable {
  /// Of every Redis; nil: any will do.
  public var persistence: RedisOptions.Persistence?
  /// Settings of the servers of a kind, by name.
  public var settings: [BackendKind: [String: String]] = [:]
  /// nil: as every lock has it.
  public var lease: LeaseDemand?
  /// Whether the clock and the disk of every Redis can be made to misbehave.
  public var hasShims = false
  /// Whether the Redis has a replica, which does not replicate yet.
  public var hasReplica = false
  /// Whether clients reach the servers through proxies.
  public var hasFronts = false
  /// Whether clients are processes of a program, which reach the servers by ports of 127.0.0.1.
  public var hasPorts = false
  /// Whether a Redis needs no password on its socket, for load generators that would show a
  /// password to everybody in `ps`.
  public var isOpen = false

  public init() {}

  /// Adds what another fault asks for.
  public mutating func add(_ other: ServerDemands) throws(FaultRefusal) {
    func agree<Wish: Equatable>(
      _ left: Wish?, _ right: Wish?, _ what: String
    ) throws(FaultRefusal) -> Wish? {
      guard let left else { return right }
      guard let right, left != right else { return left }
      throw .unfit("two faults ask for different \(what); run them one after the other")
    }
    persistence = try agree(persistence, other.persistence, "persistence of Redis")
    lease = try agree(lease, other.lease, "leases")
    hasFronts = hasFronts || other.hasFronts
    hasPorts = hasPorts || other.hasPorts
    hasShims = hasShims || other.hasShims
    isOpen = isOpen || other.isOpen
    hasReplica = hasReplica || other.hasReplica
    for (kind, own) in other.settings {
      for (name, value) in own {
        settings[kind, default: [:]][name] = try agree(
          settings[kind]?[name], value, "\(name) of \(kind.title)")
      }
    }
  }
}

/// The faults of a run, held against what is run.
public struct FaultPlan: Sendable {
  public let specs: [FaultSpec]
  public let demands: ServerDemands
  /// What the faults together may take away.
  public let hazards: Hazards

  /// Refuses faults that a strategy has nothing for, that contradict each other, or that can't be
  /// injected here or never strike this many clients.
  public init(
    _ specs: [FaultSpec], strategies: [StrategyCard], clients: Int, external: ExternalServers
  ) throws(FaultRefusal) {
    var demands = ServerDemands()
    var hazards: Hazards = []
    for spec in specs {
      let card = spec.type.card
      for strategy in strategies {
        if let sentence = spec.invalid(strategy) { throw .unfit(sentence) }
      }
      if card.reach == .servers, external.hasAny {
        throw .unavailable(
          "\(card.name) would harm a server that soldout did not start; leave out "
            + "\(BackendKind.options("and")), or the fault")
      }
      if card.reach == .way {
        for kind in external.given {
          if let obstacle = external[kind]?.proxyObstacle {
            throw .unavailable("\(card.name) \(obstacle)")
          }
        }
      }
      if let obstacle = spec.type.obstacle {
        throw .unavailable("\(card.name) can't be injected here: \(obstacle)")
      }
      let fault = spec.make()
      for strategy in strategies {
        if let why = fault.futility(for: strategy, clients: clients) { throw .unfit(why) }
      }
      try demands.add(fault.demands)
      hazards.formUnion(fault.hazards)
    }
    self.specs = specs
    self.demands = demands
    self.hazards = hazards
  }
}
