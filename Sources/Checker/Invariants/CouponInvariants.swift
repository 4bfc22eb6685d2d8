// Checks a history of coupons against what the store says at the end: sums, not orders.
// It decides nothing about linearizability; a run may break these and be linearizable, or not.

public import History

/// A broken invariant of a coupon run.
public enum CouponFinding: Sendable, Hashable {
  /// More coupons were given out than there were. `operations`: the claims beyond, by reply.
  case overissued(key: Value?, given: Int, coupons: Int, operations: [Int])
  /// One buyer was told more than once that he has got one.
  case twice(key: Value?, buyer: Value, operations: [Int])
  /// Buyers were told that none was left, and at the end some are.
  case refused(key: Value?, left: Int, operations: [Int])
  /// The store ended below zero.
  case endedNegative(key: Value?, left: Int)
  /// Coupons appeared or vanished: what went from the store is not what buyers were given.
  case notConserved(key: Value?, gone: Int, given: ClosedRange<Int>)

  /// The invariant's name in tables: two words at most.
  public var invariant: String {
    switch self {
    case .overissued: "too many"
    case .twice: "given twice"
    case .refused: "wrongly refused"
    case .endedNegative: "negative stock"
    case .notConserved: "not conserved"
    }
  }

  /// Positions in `History.operations`, by call; empty where only the totals are wrong.
  public var operations: [Int] {
    switch self {
    case .overissued(_, _, _, let operations), .twice(_, _, let operations),
      .refused(_, _, let operations):
      operations
    case .endedNegative, .notConserved: []
    }
  }

  /// One sentence, without a full stop.
  public var sentence: String {
    switch self {
    case .overissued(let key, let given, let coupons, _):
      "\(name(key)) gave out \(given) coupons, but there "
        + (coupons == 1 ? "was only 1" : "were only \(coupons)")
    case .twice(let key, let buyer, let operations):
      "buyer \(buyer) got \(operations.count) coupons of \(name(key))"
    case .refused(let key, let left, let operations):
      "\(operations.count == 1 ? "a buyer" : "\(operations.count) buyers") of \(name(key)) "
        + "heard \"sold out\", and \(left) \(left == 1 ? "is" : "are") left at the end"
    case .endedNegative(let key, let left): "the store ended with \(left) coupons of \(name(key))"
    case .notConserved(let key, let gone, let given):
      "\(gone) coupons of \(name(key)) went from the store, but "
        + (given.count == 1
          ? "\(given.lowerBound)" : "between \(given.lowerBound) and \(given.upperBound)")
        + " were given to buyers"
    }
  }

  private func name(_ key: Value?) -> String { key.map(\.description) ?? "the campaign" }
}

extension Sequence<CouponFinding> {
  /// Coupons that were given out and never there, over all campaigns.
  public var couponsOverissued: Int {
    reduce(0) {
      if case .overissued(_, let given, let coupons, _) = $1 {
        $0.plus(given.minus(coupons))
      } else {
        $0
      }
    }
  }
}

/// The invariants of a coupon run.
public enum CouponInvariants {
  /// Every way in which the run broke an invariant, campaign by campaign.
  ///
  /// - Parameters:
  ///   - history: the calls, of the coupon datatype.
  ///   - truth: what the store says, one store a campaign.
  /// - Returns: findings by campaign, in the order of `truth`.
  /// - Throws: `Undecodable` for a call or reply that is not a campaign's.
  public static func findings(
    in history: History, against truth: StockTruth
  ) throws(Undecodable) -> [CouponFinding] {
    var parts: [Value?: [Int]] = [:]
    for (key, operations) in history.partitions() { parts[key] = operations }
    var findings: [CouponFinding] = []
    for campaign in truth.items {
      let calls = try history.timeline(of: parts[campaign.key] ?? [], as: Coupon.self)
      findings += CouponTally(calls).findings(against: campaign)
    }
    return findings
  }
}

/// What one campaign's claims amount to.
private struct CouponTally {
  /// The claims that were told to have got one, in the order of their replies.
  private var given: [TimedCall<Coupon>] = []
  private var byBuyer: [Value: [Int]] = [:]
  private var refused: [Int] = []
  /// Buyers of whose claims none was answered by a coupon, and one may have got it.
  private var uncertain: Set<Value> = []

  init(_ calls: [TimedCall<Coupon>]) {
    for call in calls {
      guard case .claim(let buyer) = call.call else { continue }
      switch call.reply {
      case .claimed, .left:
        given.append(call)
        byBuyer[buyer, default: []].append(call.position)
      case .soldOut: refused.append(call.position)
      // One who is told so has one, whoever's claim it came by.
      case .already, nil: uncertain.insert(buyer)
      case .value, .unread: break
      }
    }
    given.sort { ($0.end, $0.position) < ($1.end, $1.position) }
    uncertain.subtract(byBuyer.keys)
  }

  func findings(against campaign: StockTruth.Item) -> [CouponFinding] {
    var findings: [CouponFinding] = []
    if given.count > campaign.initial {
      findings.append(
        .overissued(
          key: campaign.key, given: given.count, coupons: campaign.initial,
          operations: given.dropFirst(campaign.initial).map(\.position).sorted()))
    }
    for (buyer, operations) in byBuyer.sorted(by: { $0.value[0] < $1.value[0] })
    where operations.count > 1 {
      findings.append(.twice(key: campaign.key, buyer: buyer, operations: operations.sorted()))
    }
    guard let left = campaign.final.values.min() else { return findings }
    if left < 0 { findings.append(.endedNegative(key: campaign.key, left: left)) }
    // No coupon comes back, so whoever was refused was refused while at least these were there.
    if left > 0, !refused.isEmpty {
      findings.append(.refused(key: campaign.key, left: left, operations: refused))
    }
    let gone = campaign.initial.minus(left)
    let possible = byBuyer.count...byBuyer.count.plus(uncertain.count)
    if !possible.contains(gone) {
      findings.append(.notConserved(key: campaign.key, gone: gone, given: possible))
    }
    return findings
  }
}
