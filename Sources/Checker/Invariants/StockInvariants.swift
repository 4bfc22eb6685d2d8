// Checks a stock history against what the stores say at the end: sums, not orders.
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
  /// - Throws: `Undecodable` for a call or reply that is not a stock's.
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

/// What one item's calls show beside their sums.
struct StockTally {
  let key: Value?
  let calls: [TimedCall<Stock>]
  private(set) var sums = StockSums()
  private(set) var findings: [StockFinding] = []

  init(_ calls: [TimedCall<Stock>], key: Value?) {
    self.calls = calls
    self.key = key
    var tellers: [Int: [Int]] = [:]
    for call in calls {
      sums.add(call.call, call.reply)
      if case .left(let left) = call.reply { tellers[left, default: []].append(call.position) }
      if let left = call.told, left < 0 {
        findings.append(.toldNegative(key: key, left: left, operation: call.position))
      }
    }
    // A restock may bring the stock back to where it was.
    guard !sums.isRestocked else { return }
    for (left, operations) in tellers.sorted(by: { $0.key > $1.key }) where operations.count > 1 {
      findings.append(.duplicateRemaining(key: key, left: left, operations: operations))
    }
  }

  /// What only the stores can show.
  func findings(against item: StockTruth.Item) -> [StockFinding] {
    sums.findings(against: item, key: key, beyond: takes)
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
