// What the monitor of numbered orders tells people: whose answer goes against which.
// It picks no calls and decides nothing.

import History

/// The evidence of a conflict between numbered orders, in words.
struct OrdersExplanation {
  let calls: [TimedCall<Orders>]
  let units: Int
  let quantity: Int

  func contradiction(_ conflict: OrdersConflict) -> Contradiction {
    switch conflict {
    case .answers(let first, let second):
      return Contradiction(
        calls: [first, second],
        headline:
          "order \(number(first)) was answered in two ways: \(said(first)), and \(said(second))",
        reasons: ["An order is decided once, and answered the same however often it is sent."])
    case .levels(let numbers, let evidence):
      let words = OrdersLevelWords(explanation: self, numbers: numbers)
      let kept = numbers.evident(evidence)
      return Contradiction(
        calls: kept, headline: words.headline(evidence), reasons: words.reasons(evidence),
        named: Set(evidence.calls.map { numbers.speaker(of: $0) }).intersection(kept))
    }
  }

  func who(_ call: Int) -> String { CallNames.marked(calls, call) }

  func number(_ call: Int) -> String {
    if case .order(let id, _) = calls[call].call { id.description } else { "" }
  }

  /// "p3 read 4", "p3's order a17 left 4".
  func said(_ call: Int) -> String {
    switch calls[call].reply {
    case .value(let told): "\(who(call)) read \(told)"
    case .left(let told): "\(who(call))'s order \(number(call)) left \(told)"
    case .soldOut: "\(who(call)) was told \"sold out\" for order \(number(call))"
    default: "\(who(call))'s order \(number(call)) took \(quantity)"
    }
  }
}

/// Sentences about how many units were left; numbers are places among the steps.
struct OrdersLevelWords {
  let explanation: OrdersExplanation
  let numbers: OrderNumbers

  func headline(_ evidence: StairEvidence) -> String {
    let quantity = explanation.quantity
    switch evidence {
    case .impossible(let step):
      return "\(said(step)), which no stock of \(explanation.units) can answer"
    case .duplicate(let first, let second):
      return "two orders left the same number: \(said(first)), and \(said(second))"
    case .reversed(let before, let after): return "\(said(after)), after \(said(before))"
    case .shortage(let step, let needed, let called, let later):
      let most = max(0, min(needed - 1, called - later.count))
      return
        "\(said(step)), which needs \(count(needed, "order")) of \(quantity) before it, but at most "
        + "\(most) can have been decided by then"
    case .crowded(let steps, let room, let floor, let ceiling):
      let got = "\(count(steps.count, "order")) got \(count(quantity, "unit")) each"
      let after = floor.map { " after \(said($0))" } ?? ""
      let before = ceiling.map { " before \(said($0))" } ?? ""
      if after.isEmpty, before.isEmpty {
        return "oversold: \(got), but \(explanation.units) in stock are enough for \(room)"
      }
      let both = after.isEmpty || before.isEmpty ? "" : " and"
      return "\(got)\(after)\(both)\(before), when there was room for \(room)"
    }
  }

  func reasons(_ evidence: StairEvidence) -> [String] {
    var reasons: [String] = []
    switch evidence {
    case .reversed(let before, let after):
      reasons.append(
        "\(deadline(before)) had its answer before \(first(after)) called.")
    case .crowded(let steps, _, _, _) where steps.count <= 4:
      reasons.append("The orders: \(list(steps.map(said))).")
    case .shortage(_, _, let called, let later):
      let late = later.isEmpty ? "" : ", of which \(later.count) came later"
      reasons.append("\(count(called, "order")) had been called by then\(late).")
    default: break
    }
    let taken = explanation.quantity == 1 ? "a unit" : "\(explanation.quantity) units"
    return reasons + [
      "The stock starts with \(explanation.units), nothing is put back, and an order takes \(taken) once."
    ]
  }

  private func said(_ step: Int) -> String { explanation.said(numbers.speaker(of: step)) }

  /// Who was the first to be answered, and who the first to call.
  private func deadline(_ step: Int) -> String {
    explanation.who(numbers.deadline(of: step) ?? numbers.speaker(of: step))
  }

  private func first(_ step: Int) -> String { explanation.who(numbers.sources[step]) }
}
