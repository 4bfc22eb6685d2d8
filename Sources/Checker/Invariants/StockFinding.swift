// The ways in which a stock run can break its invariants, each with its numbers and a sentence.

public import History

/// A broken invariant of a stock run.
public enum StockFinding: Sendable, Hashable {
  /// More units were sold than there ever were. `operations`: the takes beyond the stock, by reply.
  case oversold(key: Value?, sold: Int, units: Int, operations: [Int])
  /// A client was told of a stock below zero.
  case toldNegative(key: Value?, left: Int, operation: Int)
  /// A store ended below zero.
  case endedNegative(key: Value?, store: String, left: Int)
  /// Two takes were told the same remaining, with no restock between that could explain it.
  case duplicateRemaining(key: Value?, left: Int, operations: [Int])
  /// Units appeared or vanished: what went from a store is not what was sold.
  case notConserved(key: Value?, store: String, gone: ClosedRange<Int>, sold: ClosedRange<Int>)
  /// A store's order rows are not what was sold.
  case ordersDiffer(key: Value?, store: String, ordered: Int, sold: ClosedRange<Int>)

  public var key: Value? {
    switch self {
    case .oversold(let key, _, _, _), .toldNegative(let key, _, _),
      .endedNegative(let key, _, _), .duplicateRemaining(let key, _, _),
      .notConserved(let key, _, _, _), .ordersDiffer(let key, _, _, _):
      key
    }
  }

  /// Positions in `History.operations`, by call; empty where only the totals are wrong.
  public var operations: [Int] {
    switch self {
    case .oversold(_, _, _, let operations), .duplicateRemaining(_, _, let operations): operations
    case .toldNegative(_, _, let operation): [operation]
    case .endedNegative, .notConserved, .ordersDiffer: []
    }
  }

  /// The invariant's name in tables: two words at most.
  public var invariant: String {
    switch self {
    case .oversold: "oversold"
    case .toldNegative, .endedNegative: "negative stock"
    case .duplicateRemaining: "duplicate remaining"
    case .notConserved: "not conserved"
    case .ordersDiffer: "orders differ"
    }
  }

  /// One sentence, without a full stop.
  public var sentence: String {
    let item = key.map(\.description) ?? "the stock"
    return switch self {
    case .oversold(_, let sold, let units, _):
      "\(item) was oversold: \(sold) units were sold, but there were only \(units)"
    case .toldNegative(_, let left, _): "a client was told that \(left) units of \(item) were left"
    case .endedNegative(_, let store, let left): "\(store) ended with \(left) units of \(item)"
    case .duplicateRemaining(_, let left, let operations):
      "\(operations.count) buyers of \(item) were told \"\(left) left\""
    case .notConserved(_, let store, let gone, let sold):
      "\(phrase(gone)) of \(item) went from \(store), but \(phrase(sold)) were sold"
    case .ordersDiffer(_, let store, let ordered, let sold):
      "\(store) has orders for \(ordered) units of \(item), but \(phrase(sold)) were sold"
    }
  }

  private func phrase(_ units: ClosedRange<Int>) -> String {
    units.count == 1
      ? "\(units.lowerBound) units"
      : "between \(units.lowerBound) and \(units.upperBound) units"
  }
}

extension Sequence<StockFinding> {
  /// Units that were sold, but were never there or did not go from the store, which can sell them
  /// again: over all items, the most that any finding of an item shows.
  public var unitsOversold: Int {
    var byItem: [Value?: Int] = [:]
    for finding in self {
      let units =
        switch finding {
        case .oversold(_, let sold, let units, _): sold.minus(units)
        case .notConserved(_, _, let gone, let sold):
          Swift.max(0, sold.lowerBound.minus(gone.upperBound))
        default: 0
        }
      byItem[finding.key] = Swift.max(byItem[finding.key] ?? 0, units)
    }
    return byItem.values.reduce(0) { $0.plus($1) }
  }
}
