// What must go wrong before a mutant's flaw shows: the faults on its card, as what an exploration can
// choose. A run strikes at moments of chance; an exploration tries every moment, so once is enough.

import Explorer
import Harness

/// What may go wrong in a configuration.
struct FaultScenario: Hashable {
  var faultBudget = FaultBudget()
  /// How long leases last; nil: as each lock has it.
  var lease: Duration?

  init() {}

  init(_ kind: WritableKeyPath<FaultBudget, Int>, _ count: Int = 1, lease: Duration? = nil) {
    faultBudget[keyPath: kind] = count
    self.lease = lease
  }

  /// A lease that ends within a schedule ends on the schedule's clock alone: it is so long that even
  /// one told in the wrong unit, a thousand times too short, outlasts the real time of a schedule.
  static let longLease = Duration.seconds(3600)

  /// Who is refused a lock tries again, three times at most, while its owner stands still.
  static let retries = FaultScenario(\.delays, 3)
}

extension Flaw {
  /// Each a way in which the flaw may show; none where the order of commands alone shows it.
  var scenarios: [FaultScenario] {
    var scenarios: [FaultScenario] = []
    for scenario in conditions.faults.flatMap({ ways(of: $0) }) where !scenarios.contains(scenario)
    {
      scenarios.append(scenario)
    }
    if scenarios.isEmpty, original.init().waitsForLock { scenarios = [.retries] }
    return scenarios
  }

  /// The first fault on the card that no choice stands for; nil: there is none.
  var faultBeyondReach: String? {
    conditions.faults.map(\.name).first { !Self.known.contains($0) }
  }

  private static let known: Set<String> = [
    "reply-loss", "connection-kill", "client-pause", "slow-transaction", "clock-jump",
    "server-kill", "failover",
  ]

  private func ways(of fault: FaultSpec) -> [FaultScenario] {
    let made = fault.make()
    switch fault.name {
    case "reply-loss": return [FaultScenario(\.losses)]
    case "connection-kill": return [FaultScenario(\.losses), FaultScenario(\.disconnects)]
    case "client-pause" where made.hazards.contains(.lockLost):
      // The owner stands still, and its watchdog too; or there is none, and the owner can tell. That
      // a lease ended too early nobody can tell, and two owners are nobody's fault then.
      return (guarantees == .stock ? [FaultScenario(\.expiries)] : [])
        + [FaultScenario(\.lapses, lease: FaultScenario.longLease)]
    // That a transaction takes long is in every order; that its lease ends meanwhile is not.
    case "slow-transaction" where conditions.faults.contains { $0.make().demands.lease != nil }:
      return [FaultScenario(\.lapses, lease: FaultScenario.longLease)]
    case "clock-jump": return [FaultScenario(\.expiries)]
    case "failover": return [FaultScenario(\.failovers)]
    case "server-kill" where fault.target == "postgres": return [FaultScenario(\.postgresRestarts)]
    // Of several servers that are killed once each: what they forget are the leases they granted.
    case "server-kill":
      return [FaultScenario(\.expiries, conditions.faults.count { $0.name == fault.name })]
    default: return []
    }
  }
}
