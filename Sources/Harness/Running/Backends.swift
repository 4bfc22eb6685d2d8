// The servers of a command: private ones, started on demand and gone afterwards, or the user's own.
// Kept across the runs of one command; every run gets a prefix and a schema of its own.

public import Drivers

/// Servers of the user's, instead of private ones, and what private ones are started from.
public struct ExternalServers: Sendable {
  private var servers: [BackendKind: any Backend] = [:]
  /// What names them again, by the option that does; never a password.
  public var words: [BackendKind: [String: String]] = [:]
  /// Programs to start private servers from.
  public var programs = Programs.installed

  public init() {}

  /// The one of a kind.
  package subscript(kind: BackendKind) -> (any Backend)? {
    get { servers[kind] }
    set { servers[kind] = newValue }
  }

  /// Whether any server is the user's.
  public var hasAny: Bool { !given.isEmpty }

  /// The kinds of which there is one.
  public var given: [BackendKind] { BackendKind.allCases.filter { servers[$0] != nil } }
}

/// Running servers.
public final class Backends {
  private let found: [(need: Needs, identity: ServerIdentity)]
  /// What the user should know of his own servers, a sentence each.
  public let notes: [String]
  /// What is out of the ordinary about the user's own, by server.
  public let facts: [String: [String]]
  private let directory: RunDirectory?
  private let privateServers: [any PrivateServer]
  private let topology: Topology
  /// The private servers, for faults to act upon.
  public private(set) var handles: ServerHandles

  /// Starts private servers, or connects to the user's. Each has room for `clients`, and private ones are
  /// set up as `demands` say.
  public init(
    _ needs: Needs, external: ExternalServers, clients: Int,
    demands: ServerDemands = ServerDemands()
  ) throws(ServerFailure) {
    var start = ServerStart(
      clients: clients, demands: demands, programs: external.programs)
    do throws(ServerFailure) {
      try start.all(of: needs, external: external)
    } catch {
      // The failure that stopped the start is the one to report.
      try? start.directory?.close()
      throw error
    }
    found = start.found
    notes = start.notes
    facts = start.facts.filter { !$0.value.isEmpty }
    directory = start.directory
    privateServers = start.servers
    topology = start.topology
    handles = start.handles
    handles.folder = directory?.path
  }

  /// A place for one run: the servers, with a prefix and a schema nobody uses.
  public func freshTopology() -> Topology { topology.inFreshPlace() }

  /// Versions by product, such as `redis: 7.0.15`, of all the servers.
  public var versions: [String: String] { versions(for: .all) }

  /// The versions of the servers among `needs`; where one product has several, `6.2.14+7.0.15`.
  public func versions(for needs: Needs) -> [String: String] {
    var versions: [String: Set<ServerVersion>] = [:]
    for (need, identity) in found where !needs.isDisjoint(with: need) {
      versions[identity.product.rawValue, default: []].insert(identity.version)
    }
    return versions.mapValues { $0.sorted().map(\.description).joined(separator: "+") }
  }

  /// A server as reports name it, by the product and version of a record: `redis 7.0.15`; MariaDB where
  /// it stands for MySQL, `MariaDB 10.11.19 (as MySQL)`.
  public static func stated(_ product: String, _ version: String) -> String {
    product == ServerIdentity.Product.mariadb.rawValue
      ? "MariaDB \(version) (as MySQL)" : "\(product) \(version)"
  }

  /// What is out of the ordinary about the servers among `needs`.
  public func facts(for needs: Needs) -> [String: [String]] {
    facts.filter { product, _ in
      // Anything else is a Redis under another name.
      let kind = ServerIdentity.Product(rawValue: product)?.kind ?? .redis
      return needs.contains(.one(kind))
    }
  }

  /// The last lines each private server logged, by server.
  public func logs(lines: Int) -> [(name: String, lines: [String])] {
    var counts: [String: Int] = [:]
    return privateServers.map { server in
      let number = counts[server.name, default: 0] + 1
      counts[server.name] = number
      let name = number == 1 ? server.name : "\(server.name)-\(number)"
      return (name, server.logTail(lines: lines))
    }
  }

  /// The folder that holds the private servers and whatever else a run puts there; nil where all
  /// servers are the user's.
  public var folder: String? { directory?.path }

  /// Stops the private servers and removes their directory.
  public func stop() throws(ServerFailure) {
    try directory?.close()
  }
}
