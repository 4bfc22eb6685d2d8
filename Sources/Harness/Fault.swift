// What a fault is: how it strikes, how it heals, and what its author claims of it.
// One file each under Faults/, one line each in FaultCatalogue.swift. A fault acts on private servers
// and on this run's own clients; servers of the user's are never harmed.

public import Drivers
public import History

/// What a fault may take away from strategies.
public struct Hazards: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// A lock ends while its owner goes on.
  public static let lockLost = Hazards(rawValue: 1)
  /// A Redis server forgets what it has acknowledged.
  public static let redisForgets = Hazards(rawValue: 2)
  /// PostgreSQL forgets what it has acknowledged.
  public static let postgresForgets = Hazards(rawValue: 4)
  /// MySQL forgets a commit that others have been shown, though nobody was told that it is done: InnoDB
  /// shows it before it writes its log.
  public static let mysqlForgets = Hazards(rawValue: 32)
  /// One of a client's connections ends, the others don't.
  public static let connectionLost = Hazards(rawValue: 8)
  /// A call ends half way: what it has done so far stays, and the rest is never done.
  public static let callCutOff = Hazards(rawValue: 16)
  /// A client ends half way, and is not there to undo what it has done.
  public static let clientLost = Hazards(rawValue: 64)

  /// What servers that are silent, or clients that pause, this long take away: calls given up, unless
  /// the workload has a deadline of its own, and locks whose leases end.
  public static func silence(of length: Duration) -> Hazards {
    var hazards: Hazards = []
    if length >= Workload.standardDeadline { hazards.insert(.callCutOff) }
    if length >= .milliseconds(LockTimeouts().lease) { hazards.insert(.lockLost) }
    return hazards
  }
}

extension Hazards {
  /// That the servers needed forget what they have acknowledged.
  init(of needs: Needs) {
    self = BackendKind.allCases.filter { !needs.isDisjoint(with: .every($0)) }
      .reduce(into: []) { $0.formUnion($1.forgets) }
  }
}

/// What the catalogue says of a fault.
public struct FaultCard: Sendable, Hashable {
  /// What must be private to soldout for the fault to be allowed.
  public enum Reach: Sendable, Hashable {
    /// Only this run's clients; the servers may be the user's.
    case clients
    /// Only the way between clients and servers, by a proxy of ours; servers may be anybody's.
    case way
    /// Servers.
    case servers
  }

  /// The name on the command line, in workloads and in histories.
  public var name: String
  /// What it does, in one line.
  public var summary: String
  public var reach: Reach
  /// It fits strategies that need one of these.
  public var fits: Needs
  public var parameters: [FaultParameter]
  /// What it breaks, and what the machine must have, in a sentence or two.
  public var note: String

  public init(
    name: String, summary: String, reach: Reach, fits: Needs, parameters: [FaultParameter],
    note: String
  ) {
    self.name = name
    self.summary = summary
    self.reach = reach
    self.fits = fits
    self.parameters = Rhythm.parameters + parameters
    self.note = note
  }
}

/// A way of breaking what a run stands on.
///
/// A new one is made for every run, on the run's loop, and never leaves it.
public protocol Fault: Sendable {
  static var card: FaultCard { get }

  /// The settings have been checked against the card.
  init(_ settings: FaultSettings)

  /// When it strikes.
  var rhythm: Rhythm { get }

  /// How the servers must be started, and what the clients' locks must be like.
  var demands: ServerDemands { get }

  /// What its strikes may take away.
  var hazards: Hazards { get }

  /// How long one strike holds up a call that goes on afterwards; zero: it holds up none.
  var hold: Duration { get }

  /// Why it can't be injected on this machine; nil if it can. A clause such as
  /// "there is no C compiler; install clang".
  static var obstacle: String? { get }

  /// Why it would never strike this many clients of a strategy, however long they ran: a sentence; nil
  /// if it may.
  func futility(for strategy: StrategyCard, clients: Int) -> String?

  /// Before the clients connect.
  func setUp(_ nemesis: Nemesis) async throws(FaultFailure)

  /// Strikes once, and heals: when it returns, nothing of it is left. It ends early when the
  /// nemesis is over.
  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure)

  /// After the last look at the stores.
  func tearDown(_ nemesis: Nemesis) async throws(FaultFailure)
}

extension Fault {
  public var demands: ServerDemands { ServerDemands() }
  public var hazards: Hazards { [] }
  public var hold: Duration { .zero }
  public static var obstacle: String? { nil }
  public func futility(for strategy: StrategyCard, clients: Int) -> String? { nil }
  public func setUp(_ nemesis: Nemesis) async throws(FaultFailure) {}
  public func tearDown(_ nemesis: Nemesis) async throws(FaultFailure) {}
}

/// Why a fault could not be injected or healed while a run was under way.
public enum FaultFailure: Error, Sendable, CustomStringConvertible {
  case server(ServerFailure)
  case file(FileFailure)
  /// A command of the fault's own failed.
  case command(String, Failure)

  public var description: String {
    switch self {
    case .server(let failure): failure.description
    case .file(let failure): failure.description
    case .command(let what, let failure): "\(what) failed: \(failure); run again"
    }
  }
}

/// Why a fault is not for this run; known before anything is started.
public enum FaultRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The strategy has nothing the fault could strike, or two faults contradict each other.
  case unfit(String)
  /// It can't be injected here.
  case unavailable(String)

  public var description: String {
    switch self {
    case .unfit(let sentence), .unavailable(let sentence): sentence
    }
  }
}
