// Checks an account history against what the store says at the end: sums, not orders.
// It decides nothing about linearizability; a run may break these and be linearizable, or not.

public import History

/// The state of the accounts once every client has stopped.
public struct AccountTruth: Sendable, Hashable {
  public var key: Value?
  /// The balance at the start.
  public var initial: Int
  /// The balance at the end, as the store says.
  public var final: Int

  public init(key: Value?, initial: Int, final: Int) {
    self.key = key
    self.initial = initial
    self.final = final
  }
}

/// A broken invariant of an account run.
public enum AccountFinding: Sendable, Hashable {
  /// More was used than there ever was. `had`: the start and every charge that may have been made.
  case overdrawn(key: Value?, used: Int, had: Int)
  /// A client was told of a balance below zero.
  case toldNegative(key: Value?, balance: Int, operation: Int)
  /// The store ended below zero.
  case endedNegative(key: Value?, balance: Int)
  /// Money appeared or vanished: the calls can't have left the balance at the end.
  case notConserved(key: Value?, balance: Int, possible: ClosedRange<Int>)

  /// The invariant's name in tables: two words at most.
  public var invariant: String {
    switch self {
    case .overdrawn: "overdrawn"
    case .toldNegative, .endedNegative: "negative balance"
    case .notConserved: "not conserved"
    }
  }

  /// Positions in `History.operations`; empty where only the totals are wrong.
  public var operations: [Int] {
    if case .toldNegative(_, _, let operation) = self { [operation] } else { [] }
  }

  /// One sentence, without a full stop.
  public var sentence: String {
    switch self {
    case .overdrawn(let key, let used, let had):
      "\(name(key)) was overdrawn: \(used) was used, but there was only \(had)"
    case .toldNegative(let key, let balance, _):
      "a client was told that the balance of \(name(key)) is \(balance)"
    case .endedNegative(let key, let balance): "\(name(key)) ended with \(balance)"
    case .notConserved(let key, let balance, let possible):
      "\(name(key)) ended with \(balance), but its calls leave "
        + (possible.count == 1
          ? "\(possible.lowerBound)"
          : "between \(possible.lowerBound) and \(possible.upperBound)")
    }
  }

  private func name(_ key: Value?) -> String { key.map(\.description) ?? "the account" }
}

/// The invariants of an account run.
public enum AccountInvariants {
  /// Every way in which the run broke an invariant, account by account.
  ///
  /// - Throws: `Undecodable` for a call or reply that is not an account's.
  public static func findings(
    in history: History, against truth: [AccountTruth]
  ) throws(Undecodable) -> [AccountFinding] {
    var parts: [Value?: [Int]] = [:]
    for (key, operations) in history.partitions() { parts[key] = operations }
    var findings: [AccountFinding] = []
    for account in truth {
      let calls = try history.timeline(of: parts[account.key] ?? [], as: Account.self)
      findings += self.findings(calls, account)
    }
    return findings
  }

  private static func findings(
    _ calls: [TimedCall<Account>], _ account: AccountTruth
  ) -> [AccountFinding] {
    var sums = AccountSums()
    var findings: [AccountFinding] = []
    for call in calls {
      sums.add(call.call, call.reply)
      switch call.reply {
      case .balance(let told) where told < 0, .value(let told) where told < 0:
        findings.append(
          .toldNegative(key: account.key, balance: told, operation: call.position))
      default: break
      }
    }
    return findings + sums.findings(against: account)
  }
}

/// What was used and charged, as far as the clients know: lower ends count what was answered, upper
/// ends the indeterminate calls too.
struct AccountSums: Sendable, Hashable {
  private var used = 0...0
  private var charged = 0...0

  /// Counts a call that did not fail; nil stands for no reply.
  mutating func add(_ call: Account.Call, _ reply: Account.Reply?) {
    let isSure = reply != nil
    switch call {
    case .use(let amount) where reply != .insufficient:
      used = used.lowerBound.plus(isSure ? amount : 0)...used.upperBound.plus(amount)
    case .charge(let amount):
      charged = charged.lowerBound.plus(isSure ? amount : 0)...charged.upperBound.plus(amount)
    case .use, .read: break
    }
  }

  /// What only the store can show.
  func findings(against account: AccountTruth) -> [AccountFinding] {
    var findings: [AccountFinding] = []
    let had = account.initial.plus(charged.upperBound)
    if used.lowerBound > had {
      findings.append(.overdrawn(key: account.key, used: used.lowerBound, had: had))
    }
    if account.final < 0 {
      findings.append(.endedNegative(key: account.key, balance: account.final))
    }
    let least = account.initial.plus(charged.lowerBound).minus(used.upperBound)
    let possible = least...had.minus(used.lowerBound)
    if !possible.contains(account.final) {
      findings.append(
        .notConserved(key: account.key, balance: account.final, possible: possible))
    }
    return findings
  }
}
