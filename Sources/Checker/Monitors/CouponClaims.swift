// What the claims of each buyer come to: one step in one interval, or none (see `CouponMonitor` for why).

import History

/// Why claims contradict each other. Numbers are indexes of calls.
enum CouponConflict: Error {
  /// Two claims of one buyer were both answered "claimed".
  case twice(Int, Int)
  /// One buyer got a coupon by the first, or had one, and was told "sold out" by the second.
  case refused(Int, soldOut: Int)
  /// "Already", though no claim of that buyer had been called by then; with the claim that got the coupon
  /// later, if one did.
  case unexplained(already: Int, claimed: Int?)
  /// Every buyer's claims fit together, but not all of them at once.
  case levels(CouponClaims, StairEvidence)
}

/// The claims of a campaign by buyer, as steps.
struct CouponClaims {
  /// One buyer's claims; −1 where there is none.
  private struct Buyer {
    /// Answered "claimed".
    var claimed = -1
    /// The first to be answered "already".
    var already = -1
    /// The first that was never answered.
    var pending = -1
    /// Answered "sold out".
    var soldOut = -1
  }

  private let calls: [TimedCall<Coupon>]
  private var buyers: [Value: Buyer] = [:]
  /// One call for each buyer's step, for each read and for each "sold out", by start.
  private(set) var steps: [TimedCall<Coupon>] = []
  /// For each of the steps, its index in the calls.
  private(set) var sources: [Int] = []
  /// For each of the steps, the "already" that sets its deadline; −1 where none does.
  private(set) var deadlines: [Int] = []

  /// Takes calls by start.
  init(_ calls: [TimedCall<Coupon>]) throws(CouponConflict) {
    self.calls = calls
    for index in calls.indices {
      if case .claim(let buyer) = calls[index].call { try note(index, of: buyer) }
    }
    for buyer in buyers.values { try check(buyer) }
    for index in calls.indices { lay(index) }
  }

  /// Bytes of the tables, estimated.
  var bytes: Int {
    steps.count * (MemoryLayout<TimedCall<Coupon>>.stride + 2 * MemoryLayout<Int>.stride)
      + buyers.count * (MemoryLayout<Buyer>.stride + MemoryLayout<Value>.stride + 16)
  }

  private mutating func note(_ index: Int, of name: Value) throws(CouponConflict) {
    var buyer = buyers[name] ?? Buyer()
    switch calls[index].reply {
    case .claimed, .left:
      guard buyer.claimed < 0 else { throw .twice(buyer.claimed, index) }
      buyer.claimed = index
    case .already:
      if buyer.already < 0 || calls[index].end < calls[buyer.already].end { buyer.already = index }
    case .soldOut:
      if buyer.soldOut < 0 { buyer.soldOut = index }
    default:
      if buyer.pending < 0 { buyer.pending = index }
    }
    buyers[name] = buyer
  }

  private func check(_ buyer: Buyer) throws(CouponConflict) {
    if buyer.soldOut >= 0, buyer.claimed >= 0 {
      throw .refused(buyer.claimed, soldOut: buyer.soldOut)
    }
    if buyer.soldOut >= 0, buyer.already >= 0 {
      throw .refused(buyer.already, soldOut: buyer.soldOut)
    }
    guard buyer.already >= 0 else { return }
    let source = buyer.claimed >= 0 ? buyer.claimed : buyer.pending
    guard source >= 0, calls[source].start <= calls[buyer.already].end else {
      throw .unexplained(
        already: buyer.already, claimed: buyer.claimed >= 0 ? buyer.claimed : nil)
    }
  }

  /// Appends what a call is among the steps, if anything.
  private mutating func lay(_ index: Int) {
    var step = calls[index]
    var deadline = -1
    if case .claim(let name) = step.call {
      let buyer = buyers[name] ?? Buyer()
      switch step.reply {
      case .already: return
      case .soldOut: break
      case nil:
        guard index == buyer.pending, buyer.claimed < 0, buyer.soldOut < 0 else { return }
        if buyer.already >= 0 { step.reply = .claimed }
        deadline = buyer.already
      default: deadline = buyer.already
      }
      if deadline >= 0 {
        if calls[deadline].end < step.end { step.end = calls[deadline].end } else { deadline = -1 }
      }
    }
    steps.append(step)
    sources.append(index)
    deadlines.append(deadline)
  }

  /// The calls in the order in which they took effect, from an order of the steps: each "already" goes
  /// where it was called, or behind the step of its buyer.
  func order(of steps: [Int]) -> [Int] {
    var behind: [Value: Int] = [:]
    for (place, step) in steps.enumerated() {
      if case .claim(let buyer) = self.steps[step].call, self.steps[step].reply != .soldOut {
        behind[buyer] = place + 1
      }
    }
    var insertion = ReadInsertion(steps.map { sources[$0] }, of: calls)
    for index in calls.indices where calls[index].reply == .already {
      guard case .claim(let buyer) = calls[index].call else { continue }
      let called = insertion.gap(before: calls[index].start)
      insertion.insert(index, at: max(called, behind[buyer] ?? 0))
    }
    return insertion.finish()
  }

  /// The calls that show a conflict of levels when all others are weakened.
  ///
  /// Of a buyer's step those are the claim that was answered and the "already" that sets its deadline. Where
  /// steps are missing, a buyer who could have made one but did not, since he got his coupon later or never,
  /// is kept to that.
  func evident(_ evidence: StairEvidence) -> Set<Int> {
    var kept: Set<Int> = []
    for step in evidence.calls {
      if !calls[sources[step]].isIndeterminate { kept.insert(sources[step]) }
      if deadlines[step] >= 0 { kept.insert(deadlines[step]) }
    }
    guard case .shortage(let index, _, _, _) = evidence else { return kept }
    let end = steps[index].end
    for buyer in buyers.values where buyer.pending >= 0 && calls[buyer.pending].start <= end {
      if buyer.soldOut >= 0 { kept.insert(buyer.soldOut) }
      if buyer.claimed >= 0, calls[buyer.claimed].start > end { kept.insert(buyer.claimed) }
    }
    return kept
  }
}
