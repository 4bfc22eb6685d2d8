// What happened at all in an exploration's schedules, and whether it is enough for them to prove
// anything. It never says that an exploration was good; it only says which ones prove nothing, by the
// same rules as for runs (`Vacuity`).

import Checker
import Harness
import History

/// What happened at least once.
public struct Occurrences: Sendable, Hashable {
  /// One kind of call, over all schedules.
  struct Tally: Sendable, Hashable, Codable {
    var calls = 0
    var ok = 0
    /// Why a call of this kind was not answered `ok`: of several errors the one that sorts first,
    /// so that the same exploration tells the same one however its schedules were spread.
    var error: String?
  }

  /// By function: `take`.
  var functions: [String: Tally] = [:]
  /// Takes that took something.
  var sold = 0
  /// Pairs of clients, `ThreadID.mostClients * first + second`, of which the first's call came before the second's or
  /// overlapped it, in some schedule.
  var orders: Set<Int> = []
  /// The most that went wrong in one schedule, by kind.
  var struck = FaultBudget()

  public init() {}

  mutating func note(_ schedule: Schedule) {
    for call in schedule.calls {
      let isOk = call.outcome == .ok
      functions[call.call.function, default: Tally()].calls += 1
      functions[call.call.function]?.ok += isOk ? 1 : 0
      if !isOk, let error = call.error {
        let other = functions[call.call.function]?.error
        functions[call.call.function]?.error = other.map { min($0, error) } ?? error
      }
      if call.reply?.isTaken == true { sold += 1 }
      for other in schedule.calls
      where other.client != call.client && call.began > 0 && call.began <= other.ended ?? .max {
        orders.insert(ThreadID.mostClients * call.client + other.client)
      }
    }
    for kind in FaultBudget.kinds {
      struck[keyPath: kind.count] = max(
        struck[keyPath: kind.count], schedule.spent[keyPath: kind.count])
    }
  }

  /// Whether two clients' calls overlapped, or came in either order.
  private var isContended: Bool {
    orders.contains {
      let (first, second) = $0.quotientAndRemainder(dividingBy: ThreadID.mostClients)
      return orders.contains(ThreadID.mostClients * second + first)
    }
  }

  /// Why the schedules of a configuration prove nothing, each a clause; none if they may be judged.
  func vacuity(of configuration: Configuration) -> [String] {
    var reasons: [String] = []
    if functions.isEmpty { return [Vacuity.empty.sentence] }
    for (name, tally) in functions.sorted(by: { $0.key < $1.key }) where tally.ok == 0 {
      let why = tally.error.map { " (\($0))" } ?? ""
      reasons.append(Vacuity.neverOk(function: name, calls: tally.calls).sentence + why)
    }
    let calls = configuration.script.joined()
    let takes = calls.contains { $0.units > 0 }
    if takes, configuration.stock > 0, sold == 0 { reasons.append(Vacuity.nothingSold.sentence) }
    if configuration.clients > 1, !isContended {
      reasons.append("no call of one client competed with another's")
    }
    for kind in FaultBudget.kinds
    where configuration.faultBudget[keyPath: kind.count] > 0 && struck[keyPath: kind.count] == 0 {
      reasons.append(Self.neverStruck[kind.name] ?? "\(kind.name) had no place to strike")
    }
    return reasons
  }

  /// What to say of a fault budget that no schedule had a place for.
  private static let neverStruck = [
    "crashes": "no client was ever in a place to die",
    "disconnects": "no connection was ever in a place to be lost",
    "losses": "no reply was ever in a place to be lost",
    "expiries": "there was never a lease to end early",
    "delays": "no client ever waited while others could move",
    "lapses": "there was never a lease to end while others could move",
    "restarts": "there was never a moment to restart Redis",
    "postgres-restarts": "there was never a moment to restart PostgreSQL",
    "failovers": "there was never a moment for a failover",
  ]
}
