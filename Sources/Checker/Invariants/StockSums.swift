// The sums of a stock's calls, checked against what the stores say at the end. They name only operations
// that the caller can.

internal import History

/// What was sold and restocked of one item, as far as the clients know.
///
/// Sums are intervals: the lower end counts what was answered `ok`, the upper one the indeterminate
/// calls too.
struct StockSums: Sendable, Hashable {
  private(set) var sold = 0...0
  private(set) var restocked = 0...0
  /// Whether a restock was called, and not refused.
  private(set) var isRestocked = false
  /// Reads that told a value.
  private(set) var readsTold = 0

  /// Counts a call that did not fail; nil stands for no reply.
  mutating func add(_ call: Stock.Call, _ reply: Stock.Reply?) {
    switch (call, reply) {
    case (.take(let units), .left), (.take(let units), .taken):
      sold = sold.lowerBound.plus(units)...sold.upperBound.plus(units)
    case (.take(let units), nil):
      sold = sold.lowerBound...sold.upperBound.plus(units)
    case (.restock(let units), let reply):
      let sure = reply == nil ? 0 : units
      restocked = restocked.lowerBound.plus(sure)...restocked.upperBound.plus(units)
      isRestocked = true
    case (.read, .value): readsTold += 1
    default: break
    }
  }

  /// What only the stores can show. `takes` gives the takes beyond so many units, by position.
  func findings(
    against item: StockTruth.Item, key: Value?, beyond takes: (Int) -> [Int]
  ) -> [StockFinding] {
    let restocked = item.restocked.map { $0...$0 } ?? self.restocked
    let supply =
      item.initial.plus(restocked.lowerBound)...item.initial.plus(restocked.upperBound)
    var findings: [StockFinding] = []
    if sold.lowerBound > supply.upperBound {
      findings.append(
        .oversold(
          key: key, sold: sold.lowerBound, units: supply.upperBound,
          operations: takes(supply.upperBound)))
    }
    for (store, left) in item.final.sorted(by: { $0.key < $1.key }) {
      if left < 0 { findings.append(.endedNegative(key: key, store: store, left: left)) }
      let gone = supply.lowerBound.minus(left)...supply.upperBound.minus(left)
      if !gone.overlaps(sold) {
        findings.append(.notConserved(key: key, store: store, gone: gone, sold: sold))
      }
    }
    for (store, ordered) in item.ordered.sorted(by: { $0.key < $1.key })
    where !sold.contains(ordered) {
      findings.append(.ordersDiffer(key: key, store: store, ordered: ordered, sold: sold))
    }
    return findings
  }
}
