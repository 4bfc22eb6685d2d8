// The sums of every item or account, counted while a history is read and without keeping it.
// They are the invariants of a linearizable history; for any other, operations have to be named,
// which takes the whole history.

public import History

/// The sums of a stock history, item by item.
public struct StockLedger: Sendable {
  private var sums: [(key: Value?, sums: StockSums)] = []
  private var numbers: [Value?: Int] = [:]

  public init() {}

  /// Counts an operation that is over.
  public mutating func end(_ operation: Operation) throws(InvalidValue) {
    guard let (call, reply) = try operation.decoded(as: Stock.self) else { return }
    let number = numbers[operation.key] ?? sums.count
    if number == sums.count {
      numbers[operation.key] = number
      sums.append((operation.key, StockSums()))
    }
    sums[number].sums.add(call, reply)
  }

  /// What `StockInvariants` finds if the history is linearizable: then no two takes without a restock
  /// between are told the same, and nobody is told of less than nothing. Nil where a finding would
  /// have to name operations.
  public func findings(against truth: StockTruth) -> [StockFinding]? {
    var findings: [StockFinding] = []
    var namesOperations = false
    for item in truth.items {
      let sums = numbers[item.key].map { self.sums[$0].sums } ?? StockSums()
      findings += sums.findings(against: item, key: item.key) { _ in
        namesOperations = true
        return []
      }
    }
    return namesOperations ? nil : findings
  }

  /// Reads that told a value. In a linearizable history none of them was stale.
  public var readsTold: Int { sums.reduce(0) { $0 + $1.sums.readsTold } }

  public var isRestocked: Bool { sums.contains { $0.sums.isRestocked } }
}

/// The sums of an account history, account by account.
public struct AccountLedger: Sendable {
  private var sums: [Value?: AccountSums] = [:]

  public init() {}

  /// Counts an operation that is over.
  public mutating func end(_ operation: Operation) throws(InvalidValue) {
    guard let (call, reply) = try operation.decoded(as: Account.self) else { return }
    sums[operation.key, default: AccountSums()].add(call, reply)
  }

  /// What `AccountInvariants` finds if the history is linearizable: then nobody is told of less than
  /// nothing.
  public func findings(against accounts: [AccountTruth]) -> [AccountFinding] {
    accounts.flatMap { (sums[$0.key] ?? AccountSums()).findings(against: $0) }
  }
}

extension Operation {
  /// The call, and the reply where there is one; nil for what failed and so never happened.
  fileprivate func decoded<Data: Datatype>(
    as _: Data.Type
  ) throws(InvalidValue) -> (Data.Call, Data.Reply?)? {
    guard outcome != .fail else { return nil }
    let call = try Data.call(function, input, by: process)
    return (call, outcome == .ok ? try Data.reply(to: call, input, output) : nil)
  }
}
