// Strategies that the available servers are too old for: a single one is refused before
// anything starts; among several they are left out and named.

import Drivers
package import Harness

package struct UnfitStrategies {
  /// Names and why, in the order given.
  private(set) var leftOut: [(name: String, why: String)] = []

  /// `redis-getdel is left out: it needs …`.
  package var sentences: [String] { leftOut.map { "\($0.name) is left out: \($0.why)" } }

  /// Takes those out of `strategies` that don't fit; throws where none is left.
  package init(among strategies: inout [any Strategy.Type], on external: ExternalServers) throws {
    for strategy in strategies {
      if let why = try external.invalid(strategy.card) {
        leftOut.append((strategy.card.name, why))
      }
    }
    strategies.removeAll { strategy in leftOut.contains { $0.name == strategy.card.name } }
    guard let first = leftOut.first, strategies.isEmpty else { return }
    throw CLIError(
      "\(first.name) can't run here: \(first.why); choose another server by --redis or "
        + "--redis-server, or another strategy", .unavailable)
  }

  /// The same for a workload's strategies. Names that the catalogue doesn't have are checked elsewhere.
  package init(of workload: inout Workload, on external: ExternalServers) throws {
    var strategies = workload.strategies.compactMap(Catalogue.strategy(named:))
    try self.init(among: &strategies, on: external)
    workload.strategies.removeAll { name in leftOut.contains { $0.name == name } }
  }

  /// As a comparison tells it: an omission for each reason.
  package var omissions: [(names: [String], reason: String)] {
    var omissions: [(names: [String], reason: String)] = []
    for (name, why) in leftOut {
      if let place = omissions.firstIndex(where: { $0.reason == why }) {
        omissions[place].names.append(name)
      } else {
        omissions.append(([name], why))
      }
    }
    return omissions
  }
}
