// Checks a history of numbered orders against what the store says at the end: every number counts once.
// It decides nothing about linearizability; a run may break these and be linearizable, or not.

public import History

/// The invariants of a run with numbered orders: those of a stock, of which an order takes its units once.
public enum OrderInvariants {
  /// Every way in which the run broke an invariant, item by item.
  ///
  /// - Throws: `Undecodable` for a call or reply that is not an order's.
  public static func findings(
    in history: History, against truth: StockTruth
  ) throws(Undecodable) -> [StockFinding] {
    var parts: [Value?: [Int]] = [:]
    for (key, operations) in history.partitions() { parts[key] = operations }
    var findings: [StockFinding] = []
    for item in truth.items {
      let calls = try history.timeline(of: parts[item.key] ?? [], as: Orders.self)
      let tally = OrderTally(calls)
      findings += tally.sums.findings(against: item, key: item.key, beyond: tally.orders)
    }
    return findings
  }
}

/// What the orders of one item amount to, each counted once.
private struct OrderTally {
  private(set) var sums = StockSums()
  /// The first call of each order that was taken, by reply.
  private var taken: [(position: Int, units: Int)] = []

  init(_ calls: [TimedCall<Orders>]) {
    var settled: Set<Value> = []
    var open: [Value: Int] = [:]
    for call in calls.sorted(by: { ($0.end, $0.position) < ($1.end, $1.position) }) {
      guard case .order(let id, let units) = call.call else { continue }
      switch call.reply {
      case .taken, .left:
        guard settled.insert(id).inserted else { continue }
        sums.add(.take(units), .taken)
        taken.append((call.position, units))
      case .soldOut: settled.insert(id)
      case nil: open[id] = units
      case .value, .unread: break
      }
    }
    for (id, units) in open where !settled.contains(id) { sums.add(.take(units), nil) }
  }

  /// The orders answered last, that the stock was not enough for.
  func orders(beyond units: Int) -> [Int] {
    var sum = 0
    return taken.filter {
      sum = sum.plus($0.units)
      return sum > units
    }.map(\.position).sorted()
  }
}
