// What a run is to do, and its result: values that the run, the command line and tests exchange. Nothing here
// touches a server.

public import Drivers
import History

/// What a run needs to know before it starts.
public struct RunPlan: Sendable {
  public var workload: Workload
  public var system: SystemUnderTest
  public var seed: Seed
  /// The servers; prefix and schema are the run's own and empty.
  public var topology: Topology
  /// Where the history goes.
  public var historyPath: String
  /// Versions of the servers, for the header.
  public var servers: [String: String] = [:]
  /// What is out of the ordinary about the user's servers, by server.
  public var serverFacts: [String: [String]] = [:]
  /// The private servers, for faults to act upon.
  public var handles: ServerHandles
  /// What the workload's faults ask for.
  public var demands: ServerDemands
  /// Whether a program or a service is asked once what it will be asked, before the run begins.
  public var probes = false

  /// A run in a place of its own on servers that are up.
  public init(
    _ workload: Workload, of system: SystemUnderTest, seed: Seed, on backends: Backends,
    demands: ServerDemands = ServerDemands(), historyPath: String
  ) {
    self.init(
      workload, of: system, seed: seed, at: backends.freshTopology(), handles: backends.handles,
      demands: demands, historyPath: historyPath)
    servers = backends.versions(for: system.card.needs)
    serverFacts = backends.facts(for: system.card.needs)
  }

  /// A run in a place that somebody else has made.
  init(
    _ workload: Workload, of system: SystemUnderTest, seed: Seed, at topology: Topology,
    handles: ServerHandles, demands: ServerDemands, historyPath: String
  ) {
    self.workload = workload
    self.system = system
    self.seed = seed
    self.topology = topology.restricted(to: system.card.needs)
    self.handles = handles.restricted(to: system.card.needs)
    self.demands = demands
    self.historyPath = historyPath
  }

  /// The history's folder, in which whatever else the run leaves goes, too.
  public var folder: String {
    let words = historyPath.split(separator: "/", omittingEmptySubsequences: false)
    return words.count > 1 ? words.dropLast().joined(separator: "/") : "."
  }

  /// Where a program's log goes.
  var logPath: String { "\(folder)/program.log" }

  /// The first line of the history.
  var header: Header {
    Header(
      workload: workload.name, strategy: system.card.name, model: workload.datatype.rawValue,
      initial: Dictionary(
        uniqueKeysWithValues: (0..<workload.items).map {
          (Value.string(workload.datatype.object($0)), Value.int(workload.stock))
        }),
      seed: seed.description,
      extra: [
        Value.Entry(.string("clients"), .int(workload.clients)),
        Value.Entry(
          .string("servers"),
          .map(servers.sorted { $0.key < $1.key }.map { .init(.string($0.key), .string($0.value)) })
        ),
      ]
        + (workload.faults.isEmpty
          ? []
          : [.init(.string("faults"), .list(workload.faults.map { .string("\($0)") }))]))
  }
}

/// What a run left, besides its history.
public struct RunResult: Sendable, Hashable {
  public var tally: Tally
  /// What calls failed with, by the history's text.
  public var failures: [FailureKind]
  /// Units of each item in the store at the end.
  public var remaining: [Int]
  /// What each store holds of each item at the end.
  public var holdings: [Holdings]
  /// Ended early by the user.
  public var wasStopped: Bool
  /// Database connections held at once in the main phase; nil where there is no database.
  public var connections: ConnectionPeak?
  /// Of the main phase.
  public var duration: Duration
  /// Private servers that ended in mid-run by themselves: the run was broken off, and nobody looked
  /// at the stores at its end.
  public var lost: [LostServer] = []
  /// The longest time in which soldout itself stood still; zero: it never did.
  public var longestStall = Duration.zero
  /// What was odd about the program that was driven; nil: none was.
  public var program: ProgramRemarks?
  /// Why the run's data could not be removed from the servers; nil: nothing is left.
  public var notRemoved: Failure?
}

/// Why a run has no result.
public enum RunFailure: Error, Sendable {
  /// A phase outside the recorded calls failed, such as setting the stock.
  case phase(String, Failure)
  /// A fault could not be injected, or not be healed.
  case fault(FaultFailure)
  /// The history can't be written.
  case file(FileFailure)
  /// The program that was to be driven can't be: a sentence.
  case program(String)
  /// What a workload says of its stores is wrong: a sentence with its place.
  case workload(String)
}

extension RunFailure {
  /// What went wrong, in a sentence where it is one of the workload's or the program's.
  package var sentence: String {
    switch self {
    case .program(let sentence), .workload(let sentence): sentence
    case .phase(let phase, let failure): "\(phase) failed: \(failure)"
    case .fault(let failure): failure.description
    case .file(let failure): failure.description
    }
  }
}

/// What a run says while it goes on.
public struct RunProgress: Sendable {
  public var tally: Tally
  /// Since the main phase began.
  public var elapsed: Duration
}

/// Asks a run to end early.
public protocol StopRequest: Sendable {
  /// Whether no further call shall be started.
  var isRequested: Bool { get }
}

/// Never asks.
public struct NeverStops: StopRequest {
  public init() {}
  public var isRequested: Bool { false }
}
