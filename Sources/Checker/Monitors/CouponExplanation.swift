// What the coupon monitor tells people: who got too many, and who was refused wrongly.
// It picks no calls and decides nothing.

import History

/// The evidence of a conflict between claims, in words.
struct CouponExplanation {
  let calls: [TimedCall<Coupon>]
  let coupons: Int

  func contradiction(_ conflict: CouponConflict) -> Contradiction {
    switch conflict {
    case .twice(let first, let second):
      Contradiction(
        calls: [first, second],
        headline: "buyer \(buyer(first)) got two coupons: \(who(first))'s claim and "
          + "\(who(second))'s claim were both answered claimed",
        reasons: ["A buyer gets one coupon, and none comes back."])
    case .refused(let given, let soldOut):
      refused(given, soldOut)
    case .unexplained(let already, let claimed):
      unexplained(already, claimed)
    case .levels(let claims, let evidence):
      levels(claims, evidence)
    }
  }

  private func refused(_ given: Int, _ soldOut: Int) -> Contradiction {
    let name = buyer(given)
    let other =
      calls[given].reply == .already
      ? "was told by \(who(given))'s claim to have one already"
      : "got a coupon by \(who(given))'s claim"
    let reason: String
    if calls[given].end < calls[soldOut].start {
      reason =
        "\(who(given)) had its answer before \(who(soldOut)) called: \(name) had a coupon, and who has "
        + "one is told \"already\", not \"sold out\"."
    } else if calls[soldOut].end < calls[given].start {
      reason =
        "\(who(soldOut)) had its answer before \(who(given)) called: none was left, and \(name) had "
        + "none; no coupon comes back."
    } else {
      reason =
        "Who has a coupon is told \"already\", and once they are sold out nobody gets one any more."
    }
    return Contradiction(
      calls: [given, soldOut],
      headline: "buyer \(name) was told \"sold out\" by \(who(soldOut))'s claim, but \(other)",
      reasons: [reason])
  }

  private func unexplained(_ already: Int, _ claimed: Int?) -> Contradiction {
    let name = buyer(already)
    guard let claimed else {
      return Contradiction(
        calls: [already],
        headline: "\(who(already)) was told that buyer \(name) already had a coupon, but \(name) "
          + "never had one",
        reasons: ["No other claim for \(name) that can have taken effect was called by then."])
    }
    return Contradiction(
      calls: [already, claimed],
      headline: "\(who(already)) was told that buyer \(name) already had a coupon, but \(name) got "
        + "one only by \(who(claimed))'s claim later",
      reasons: ["\(who(already)) had its answer before \(who(claimed)) called."])
  }

  private func levels(_ claims: CouponClaims, _ evidence: StairEvidence) -> Contradiction {
    let words = CouponLevelWords(calls: calls, coupons: coupons, claims: claims)
    let kept = claims.evident(evidence)
    var named = Set(evidence.calls.map { claims.sources[$0] }).intersection(kept)
    named.formUnion(evidence.calls.map { claims.deadlines[$0] }.filter { $0 >= 0 })
    return Contradiction(
      calls: kept, headline: words.headline(evidence), reasons: words.reasons(evidence),
      named: named)
  }

  private func who(_ index: Int) -> String { CallNames.marked(calls, index) }

  private func buyer(_ index: Int) -> String {
    if case .claim(let buyer) = calls[index].call { buyer.description } else { "" }
  }
}

/// Sentences about how many coupons were given out; numbers are places among the steps.
struct CouponLevelWords {
  let calls: [TimedCall<Coupon>]
  let coupons: Int
  let claims: CouponClaims

  private var stairs: CouponStairs { CouponStairs(coupons: coupons) }

  func headline(_ evidence: StairEvidence) -> String {
    switch evidence {
    case .impossible(let step): "\(said(step)), which no campaign of \(coupons) can answer"
    case .duplicate(let first, let second):
      "two buyers were both told \(left(first)) left: \(said(first)), and \(said(second))"
    case .reversed(let before, let after): "\(said(after)), after \(said(before))"
    case .shortage(let step, let needed, let called, let later):
      shortage(step, needed, max(0, min(needed - 1, called - later.count)))
    case .crowded(let steps, let room, let floor, let ceiling):
      crowd(steps.count, room, floor, ceiling)
    }
  }

  func reasons(_ evidence: StairEvidence) -> [String] {
    let rule =
      "There \(coupons == 1 ? "was" : "were") \(count(coupons, "coupon")), and none comes back."
    switch evidence {
    case .impossible, .duplicate: return [rule]
    case .reversed(let before, let after):
      return ["\(who(before)) had its answer before \(who(after)) called.", rule]
    case .shortage(_, _, let called, let later):
      let few = called == 1 ? "1 buyer's claim" : "\(called) buyers' claims"
      let late = later.isEmpty ? "" : "; \(later.count) of them came later: \(these(later))"
      return ["\(few) had been called by then\(late).", rule]
    case .crowded(let steps, _, let floor, let ceiling):
      let bounds =
        [floor, ceiling].compactMap(\.self).map { said($0) }
      return (steps.count <= 4 ? ["The buyers: \(these(steps))."] : [])
        + (bounds.isEmpty ? [] : ["Between: \(list(bounds))."]) + [rule]
    }
  }

  private func shortage(_ step: Int, _ needed: Int, _ most: Int) -> String {
    if claims.steps[step].reply == .soldOut {
      return "\(said(step)), but some were left: of \(coupons) at most \(most) can have been given "
        + "out by then"
    }
    return "\(said(step)), which needs \(count(needed, "coupon")) given out before it, but at most "
      + "\(most) can have been by then"
  }

  private func crowd(_ buyers: Int, _ room: Int, _ floor: Int?, _ ceiling: Int?) -> String {
    let got = buyers == 1 ? "1 buyer got a coupon" : "\(buyers) buyers got a coupon"
    let after = floor.map { " after \(said($0))" } ?? ""
    let before = ceiling.map { " before \(said($0))" } ?? ""
    if after.isEmpty, before.isEmpty {
      return "more coupons were given out than there were: \(got), of \(coupons)"
    }
    let both = after.isEmpty || before.isEmpty ? "" : " and"
    let were = room == 0 ? "none" : "\(room)"
    return "\(got)\(after)\(both)\(before), when only \(were) can have been given out"
  }

  private func these(_ steps: [Int]) -> String { list(steps.prefix(5).map { said($0) }) }

  private func left(_ step: Int) -> Int {
    stairs.coupons - (stairs.claim(of: claims.steps[step]).reached ?? 0)
  }

  /// Who is spoken of: where a claim was never answered, the one that was told of it.
  private func who(_ step: Int) -> String {
    let source = claims.sources[step]
    let isTold = !calls[source].isIndeterminate || claims.deadlines[step] < 0
    return CallNames.marked(calls, isTold ? source : claims.deadlines[step])
  }

  private func said(_ step: Int) -> String {
    let call = claims.steps[step]
    guard case .claim(let buyer) = call.call else {
      if case .value(let told) = call.reply { return "\(who(step)) read \(told)" }
      return "\(who(step)) read"
    }
    switch call.reply {
    case .left(let told): return "\(who(step)) got one for \(buyer) and was told \(told) left"
    case .soldOut: return "\(who(step)) was told \"sold out\" for \(buyer)"
    case .claimed where calls[claims.sources[step]].isIndeterminate:
      return "\(who(step)) was told that \(buyer) already had one"
    default: return "\(who(step)) got one for \(buyer)"
    }
  }
}
