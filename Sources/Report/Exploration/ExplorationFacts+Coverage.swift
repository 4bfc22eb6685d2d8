// What an exploration covered, as a statement: all schedules within bounds, a share of them, or a number
// drawn at random.

extension ExplorationFacts {
  /// `all schedules with up to 2 preemptions, modulo commuting steps, with up to 1 lost reply`.
  public var coverage: String {
    switch search {
    case .randomWalk(let seed):
      return "\(Units.counted(schedules, "schedule")) drawn at random (seed \(hexadecimal(seed)))"
    case .pct(let depth, let seed):
      return "\(Units.counted(schedules, "schedule")) drawn by PCT of depth \(depth) "
        + "(seed \(hexadecimal(seed)))"
    case .exhaustive(let reduces, let preemptions):
      var what = "all schedules"
      if let preemptions { what += " with up to \(Units.counted(preemptions, "preemption"))" }
      if reduces { what += ", modulo commuting steps" }
      let faults = faults.map { "up to \($0.words)" }
      if !faults.isEmpty { what += ", with " + faults.joined(separator: " and ") }
      return isComplete ? what : "about \(Units.tenths(covered * 100)) % of \(what)"
    }
  }

  private func hexadecimal(_ seed: UInt64) -> String { String(seed, radix: 16) }
}

extension ExplorationFacts.FaultAllowance {
  /// `1 restart of Redis`, `2 lost replies`.
  fileprivate var words: String {
    guard let (one, many) = Self.nouns[kind] else { return "\(count) \(kind)" }
    return Units.counted(count, one, many)
  }

  private static let nouns = [
    "crashes": ("crash", "crashes"), "disconnects": ("lost connection", "lost connections"),
    "losses": ("lost reply", "lost replies"),
    "expiries": ("early end of a lease", "early ends of leases"), "delays": ("delay", "delays"),
    "lapses": ("end of a lease", "ends of leases"),
    "restarts": ("restart of Redis", "restarts of Redis"),
    "postgres-restarts": ("restart of PostgreSQL", "restarts of PostgreSQL"),
    "failovers": ("failover", "failovers"),
  ]
}
