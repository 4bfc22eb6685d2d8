// What the stock monitor tells people: the evidence of a conflict in sentences.
// It picks no calls and decides nothing.

import History

/// The evidence of a conflict in a stock's levels, in words.
struct StockExplanation {
  let calls: [TimedCall<Stock>]
  let stairs: StockStairs

  func contradiction(_ evidence: StairEvidence) -> Contradiction {
    let (headline, reasons) = words(for: evidence)
    return Contradiction(calls: evidence.calls, headline: headline, reasons: reasons)
  }

  private func words(for evidence: StairEvidence) -> (headline: String, reasons: [String]) {
    switch evidence {
    case .impossible(let index):
      ("\(said(index)), which no stock of \(stairs.units) can answer", [impossible(index)])
    case .duplicate(let first, let second):
      duplicate(first, second)
    case .reversed(let before, let after):
      (
        "\(said(after)) after \(said(before, .past))",
        [
          "\(who(before)) had its answer before \(who(after)) called.",
          "\(atMost(before)); nothing raises the stock, so \(who(after)) can't have found "
            + "\(found(after)).",
        ]
      )
    case .shortage(let index, let needed, let called, let later):
      shortage(index, needed, called, later)
    case .crowded(let takes, let room, let floor, let ceiling):
      (crowdHeadline(takes, room, floor, ceiling), crowdReasons(takes, room, floor, ceiling))
    }
  }

  private func impossible(_ index: Int) -> String {
    let takes = stairs.quantity == 1 ? "" : " and every take is of \(stairs.quantity)"
    let rule = "The stock starts with \(stairs.units)\(takes), and is never restocked"
    if let told = calls[index].told {
      return rule + (told < 0 ? "; it can't go below 0." : "; that many are never left.")
    }
    return rule + (calls[index].reply == .soldOut ? "; it never gets that low." : ".")
  }

  private func duplicate(_ first: Int, _ second: Int) -> (String, [String]) {
    let left = calls[first].told ?? 0
    return (
      "two takes were both told \(left) left: \(who(first)) and \(who(second))",
      [
        "A take lowers the stock by \(stairs.quantity), and nothing raises it, so only one take "
          + "can leave \(left)."
      ]
    )
  }

  private func shortage(
    _ index: Int, _ needed: Int, _ called: Int, _ later: [Int]
  ) -> (String, [String]) {
    let most = max(0, min(needed - 1, called - later.count))
    let can = most == 0 ? "none" : "only \(most)"
    var reasons = [
      "\(atMost(index)): \(count(needed, "take")) of \(stairs.quantity) must have happened "
        + "before it was answered."
    ]
    if later.isEmpty {
      let few = called == 0 ? "No take" : "Only \(count(called, "take"))"
      reasons.append("\(few) had been called by then.")
    } else {
      reasons.append(
        "\(count(called, "take")) had been called by then, but \(later.count == 1 ? "one" : String(later.count)) of them "
          + "came later: \(list(later.map { said($0) })).")
    }
    return (
      "\(said(index)), which needs \(count(needed, "take")) before it, but \(can) can have "
        + "happened by then",
      reasons
    )
  }

  private func crowdHeadline(_ takes: [Int], _ room: Int, _ floor: Int?, _ ceiling: Int?) -> String
  {
    let were =
      takes.count == 1 ? "\(who(takes[0]))'s take was ok" : "\(count(takes.count, "take")) were ok"
    let units = room == 0 ? "nothing" : "only \(count(room * stairs.quantity, "unit"))"
    switch (floor, ceiling) {
    case (nil, nil):
      return "oversold: \(were), but \(stairs.units) in stock are enough for "
        + (room == 0 ? "none" : "\(room)")
    case (.some(let floor), nil):
      return "oversold: \(were) after \(said(floor, .past))"
        + (room == 0 ? "" : ", which is enough for \(room)")
    case (nil, .some(let ceiling)):
      return "\(were) before \(said(ceiling)), but \(units) had gone by then"
    case (.some(let floor), .some(let ceiling)):
      return "\(were) between \(said(floor, .gerund)) and \(said(ceiling, .gerund)), "
        + "but \(units) went"
    }
  }

  private func crowdReasons(
    _ takes: [Int], _ room: Int, _ floor: Int?, _ ceiling: Int?
  ) -> [String] {
    var reasons: [String] = []
    if let floor {
      reasons.append("\(atMost(floor)) when \(who(floor)) had its answer.")
    } else {
      reasons.append("The stock starts with \(stairs.units).")
    }
    if let ceiling {
      reasons.append("When \(who(ceiling)) called there was still \(found(ceiling)).")
    }
    let when = floor != nil && ceiling != nil ? " between" : floor != nil ? " after" : ""
    let which = takes.count <= 4 ? " (\(list(takes.map(who))))" : ""
    reasons.append(
      "\(count(takes.count, "take")) of \(stairs.quantity)\(which) happened\(when), but there is "
        + "room for \(room == 0 ? "none" : String(room)).")
    return reasons
  }

  // Phrases.

  private enum Tense {
    case plain
    case past
    case gerund
  }

  private func who(_ index: Int) -> String { CallNames.marked(calls, index) }

  /// "p3 read 41", "p3 had read 41" or "p3 reading 41".
  private func said(_ index: Int, _ tense: Tense = .plain) -> String {
    let read = ["read", "had read", "reading"]
    let told = ["was told", "had been told", "being told"]
    let took = ["took", "had taken", "taking"]
    let form = tense == .plain ? 0 : tense == .past ? 1 : 2
    return switch calls[index].reply {
    case .value(let left): "\(who(index)) \(read[form]) \(left)"
    case .left(let left): "\(who(index)) \(told[form]) \(left) left"
    case .soldOut: "\(who(index)) \(told[form]) \"sold out\""
    default: "\(who(index)) \(took[form]) \(stairs.quantity)"
    }
  }

  /// "At most 40 were left".
  private func atMost(_ index: Int) -> String {
    "At most \(stairs.left(at: stairs.claim(of: calls[index]).reached ?? 0)) were left"
  }

  /// What a call must have found: "41", "43 to take 2 from".
  private func found(_ index: Int) -> String {
    let unreached = stairs.claim(of: calls[index]).unreached ?? 1
    let left = stairs.left(at: unreached - 1)
    if case .take = calls[index].call { return "\(left) to take \(stairs.quantity) from" }
    return "\(left)"
  }
}
