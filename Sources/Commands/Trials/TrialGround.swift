// Where many small trials are carried out one after another: servers are started when the first
// trial needs them and kept; the files of a trial are gone once it is judged, and all of them when
// this process ends, however it ends.

import Drivers
package import Harness
import Report

package final class TrialGround {
  /// Trials with the same one share servers.
  private struct Demand: Hashable {
    var needs: Needs
    var servers: ServerDemands
    var clients: Int
  }

  private var backends: [Demand: Backends] = [:]
  private let directory: RunDirectory
  private let external: ExternalServers

  package init(_ external: ExternalServers) throws {
    self.external = external
    directory = try RunDirectory(programs: external.programs)
  }

  /// A trial of a strategy under a workload, on servers that are up.
  package func trial(of strategy: any Strategy.Type, under workload: Workload, seed: Seed) throws
    -> Trial
  {
    let plan = try FaultPlan(
      workload.faults, strategies: [strategy.card], clients: workload.clients, external: external)
    var servers = plan.demands
    // The clients' business: no reason for other servers.
    servers.lease = nil
    let demand = Demand(
      needs: strategy.card.needs, servers: servers, clients: workload.clients)
    let running =
      try backends[demand]
      ?? Backends(
        strategy.card.needs, external: external, clients: workload.clients,
        demands: servers)
    backends[demand] = running
    return Trial(
      plan: RunPlan(
        workload, of: strategy.system, seed: seed, on: running, demands: plan.demands,
        historyPath: "\(directory.path)/history.jsonl"))
  }

  package func close() {
    for servers in backends.values { servers.end() }
    do throws(ServerFailure) {
      try directory.close()
    } catch {
      Terminal.complain(error.description)
    }
  }
}
