// Decides a coupon campaign in O(n log n), whatever was answered, lost or read.

public import History

/// The exact monitor for coupons.
///
/// **One step for each buyer.** A buyer gets a coupon at most once, for ever. Let `t(b)` be the moment at
/// which `b` gets it. What the claims of `b` were answered says when that is:
///  - two claims answered "claimed" contradict each other, and so do "sold out" (nobody gets any more,
///    and `b` has none) and any answer by which `b` gets one;
///  - a claim answered "claimed" has `t(b)` in its interval: another one of `b` that took effect before
///    it would have had the coupon;
///  - without one, "already" shows that an unanswered claim took effect; each has its effect at any time after
///    its call, so the one called first will do, and `t(b)` is after its call;
///  - every "already" is answered at or after `t(b)`, and may be so at any moment after it;
///  - with unanswered claims alone, `t(b)` is after the call of the first, or never.
///
/// So each buyer comes to one step in one interval, with a deadline or without. Nothing else of who the
/// buyers are matters: steps, reads and "sold out" (which is answered at the last level) form a
/// `LevelSequence`, where level `k` is `k` coupons given out, and that has the method and its proof.
public struct CouponMonitor: Monitor {
  public typealias Data = Coupon

  public static var name: String { "coupon-monitor" }

  /// Coupons at the start.
  public let coupons: Int

  /// - Parameter coupons: coupons at the start, 0 or more.
  public init(coupons: Int) {
    precondition(coupons >= 0, "a campaign starts with 0 coupons or more")
    self.coupons = coupons
  }

  public func judge(
    _ calls: [TimedCall<Coupon>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    guard calls.allSatisfy(Self.fits) else { throw NotApplicable("a reply does not fit its call") }
    let finding: Finding
    var bytes = 0
    do throws(CouponConflict) {
      let claims = try CouponClaims(calls)
      let (levels, evidence) = StairLevels.decide(claims.steps, CouponStairs(coupons: coupons))
      bytes = claims.bytes + levels.bytes
      if let evidence { throw .levels(claims, evidence) }
      finding = .order(claims.order(of: levels.order()))
    } catch {
      finding = .violation(CouponExplanation(calls: calls, coupons: coupons).contradiction(error))
    }
    return judgement(of: finding, calls, key: key, bytes: bytes)
  }

  private static func fits(_ call: TimedCall<Coupon>) -> Bool {
    switch (call.call, call.reply) {
    case (_, nil), (.read, .value), (.read, .unread), (.claim, .claimed), (.claim, .left),
      (.claim, .already), (.claim, .soldOut):
      true
    default: false
    }
  }
}

/// The levels of a campaign: coupons given out.
struct CouponStairs: LevelSequence {
  /// Coupons at the start.
  let coupons: Int

  var last: Int { coupons }

  func claim(of call: TimedCall<Coupon>) -> StairClaim {
    switch (call.call, call.reply) {
    case (.claim, .left(let told)):
      (0..<coupons).contains(told) ? .reaches(coupons - told) : .impossible
    case (.claim, .claimed): .steps
    case (.claim, .soldOut): .passes(coupons)
    case (.claim, nil): .mayStep
    case (.read, .value(let told)):
      (0...coupons).contains(told) ? .sees(coupons - told) : .impossible
    case (.read, .unread): .seesNothing
    case (.read, nil): .nothing
    default: .impossible
    }
  }
}
