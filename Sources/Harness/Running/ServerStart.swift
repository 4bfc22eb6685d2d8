// Starts the servers that strategies need, kind by kind, or greets the user's own. What was started
// is handed over whole; when a start fails, the caller closes the directory.

import Drivers

/// Servers while they are being started.
package struct ServerStart {
  private(set) var directory: RunDirectory?
  private(set) var servers: [any PrivateServer] = []
  /// What answers each need.
  private(set) var found: [(need: Needs, identity: ServerIdentity)] = []
  /// What the user should know of his own, a sentence each.
  var notes: [String] = []
  /// What is out of the ordinary about the user's, by server.
  private(set) var facts: [String: [String]] = [:]
  var topology = Topology()
  var handles = ServerHandles()
  /// Clients that each server has room for.
  let clients: Int
  /// How faults want the private ones.
  let demands: ServerDemands
  /// What private ones are started from.
  private let programs: Programs

  init(clients: Int, demands: ServerDemands, programs: Programs) {
    self.clients = clients
    self.demands = demands
    self.programs = programs
  }

  /// Those of the user's stand in for one Redis, one PostgreSQL and one MySQL. Five, a cluster or two shards
  /// are private even beside them: nobody keeps those for a test to use.
  mutating func all(of needs: Needs, external: ExternalServers) throws(ServerFailure) {
    if demands.hasFronts { _ = try place() }
    // First, since it takes two seconds to be ready; meanwhile the others start.
    let cluster = needs.contains(.redisCluster) ? try startCluster() : nil
    for role in needs.roles where !role.isCluster {
      try role.kind.backend.provide(role, from: external[role.kind], by: &self)
    }
    try cluster?.awaitReady()
  }

  /// Takes a private server over.
  mutating func adopt(_ server: some PrivateServer, for role: Role) {
    servers.append(server)
    found.append((Needs(role), server.identity))
  }

  /// Takes note of a server of the user's.
  mutating func greet(_ identity: ServerIdentity, for role: Role, facts: [String]) {
    found.append((Needs(role), identity))
    self.facts[identity.product.rawValue] = facts
  }

  /// The directory of all that is private.
  mutating func place() throws(ServerFailure) -> RunDirectory {
    if let directory { return directory }
    let made = try RunDirectory(programs: programs)
    directory = made
    return made
  }

  /// Connections that a database takes: a client may hold a lock over a second one, and a program's pools
  /// are of any size.
  var room: Int { max(2 * clients + 20, demands.hasPorts ? 250 : 0) }
}
