// Holds a stock history against what the stores say at the end: sums, not orders.
// It decides nothing about linearizability; a run may break these and be linearizable, or not.

public import History

/// The invariants of a stock run.
public enum StockInvariants {
  /// Every way in which the run broke an invariant.
  ///
  /// - Parameters:
  ///   - history: the calls, of the stock datatype.
  ///   - truth: what the stores say. Items that only the history knows are checked for what the
  ///     history alone can show.
  /// - Returns: findings by item, in the order of `truth`, then of the history; of each item first
  ///   what the stores show.
  /// - Throws: `Undecodable` for a call or reply that is none of a stock's.
  public static func findings(
    in history: History, against truth: StockTruth
  ) throws(Undecodable) -> [StockFinding] {
    var findings: [StockFinding] = []
    var parts: [Value?: [Int]] = [:]
    var unknown: [Value?] = []
    let known = Set(truth.items.map(\.key))
    for (key, operations) in history.partitions() {
      parts[key] = operations
      if !known.contains(key) { unknown.append(key) }
    }
    for item in truth.items {
      let tally = StockTally(
        try history.timeline(of: parts[item.key] ?? [], as: Stock.self), key: item.key)
      findings += tally.findings(against: item) + tally.findings
    }
    for key in unknown {
      let calls = try history.timeline(of: parts[key] ?? [], as: Stock.self)
      findings += StockTally(calls, key: key).findings
    }
    return findings
  }
}

/// What was sold and restocked of one item, as far as the clients know.
///
/// Sums are intervals: the lower end counts what was answered `ok`, the upper one the indeterminate
/// calls too.
struct StockTally {
  let key: Value?
  let calls: [TimedCall<Stock>]
  private(set) var sold = 0...0
  private(set) var restocked = 0...0
  private(set) var findings: [StockFinding] = []

  init(_ calls: [TimedCall<Stock>], key: Value?) {
    self.calls = calls
    self.key = key
    var tellers: [Int: [Int]] = [:]
    var restocks = false
    for call in calls {
      switch (call.call, call.reply) {
      case (.take(let units), .left), (.take(let units), .taken):
        sold = sold.lowerBound.plus(units)...sold.upperBound.plus(units)
      case (.take(let units), nil):
        sold = sold.lowerBound...sold.upperBound.plus(units)
      case (.restock(let units), let reply):
        let sure = reply == nil ? 0 : units
        restocked = restocked.lowerBound.plus(sure)...restocked.upperBound.plus(units)
        restocks = true
      default: break
      }
      if case .left(let left) = call.reply { tellers[left, default: []].append(call.position) }
      if let left = call.told, left < 0 {
        findings.append(.toldNegative(key: key, left: left, operation: call.position))
      }
    }
    // A restock may bring the stock back to where it was.
    guard !restocks else { return }
    for (left, operations) in tellers.sorted(by: { $0.key > $1.key }) where operations.count > 1 {
      findings.append(.duplicateRemaining(key: key, left: left, operations: operations))
    }
  }

  /// What only the stores can show.
  func findings(against item: StockTruth.Item) -> [StockFinding] {
    let restocked = item.restocked.map { $0...$0 } ?? self.restocked
    let supply =
      item.initial.plus(restocked.lowerBound)...item.initial.plus(restocked.upperBound)
    var findings: [StockFinding] = []
    if sold.lowerBound > supply.upperBound {
      findings.append(
        .oversold(
          key: key, sold: sold.lowerBound, units: supply.upperBound,
          operations: takes(beyond: supply.upperBound)))
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

  /// The takes answered last, that the stock was not enough for.
  private func takes(beyond units: Int) -> [Int] {
    var sum = 0
    var beyond: [Int] = []
    for call in calls.filter(\.took).sorted(by: { ($0.end, $0.position) < ($1.end, $1.position) }) {
      if case .take(let taken) = call.call { sum = sum.plus(taken) }
      if sum > units { beyond.append(call.position) }
    }
    return beyond.sorted()
  }
}

extension TimedCall<Stock> {
  /// Whether it is certain that units were taken.
  var took: Bool {
    switch reply {
    case .left, .taken: true
    default: false
    }
  }

  /// The number that the reply told.
  var told: Int? {
    switch reply {
    case .left(let left), .value(let left): left
    default: nil
    }
  }
}

// Stores and files can hold any number; a sum beyond the range stays at its end.
extension Int {
  func plus(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }

  func minus(_ other: Int) -> Int {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}
