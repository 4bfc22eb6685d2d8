// What the basket monitor tells people: which baskets can't come in any order.
// It picks no calls and decides nothing.

import History

/// The evidence of a conflict between baskets, in words.
struct BasketExplanation {
  let calls: [TimedCall<Basket>]
  let model: BasketModel

  func contradiction(_ conflict: BasketConflict) -> Contradiction {
    switch conflict {
    case .impossible(let call, let item): impossible(call, item)
    case .overlap(let first, let second, let item): overlap(first, second, item)
    case .skipped(let look, let order, let item):
      Contradiction(
        calls: [look, order],
        headline: "\(told(look, item)), but \(who(order))'s order took it from "
          + "\(found(order, item)) to \(left(order, item)) at once",
        reasons: [rule(item)])
    case .missing(let call, let item, let units, let later): missing(call, item, units, later)
    case .cycle(let steps, let isTimeless): cycle(steps, isTimeless)
    case .refused(let soldOut, let later): refused(soldOut, later)
    }
  }

  private func impossible(_ call: Int, _ item: Int) -> Contradiction {
    let units = units(call, item)
    let how =
      units > 0 && left(call, item) >= 0
      ? ", after taking \(units): there were never \(number(call, item)) \(name(item))"
      : ", which there never were"
    return Contradiction(
      calls: [call], headline: told(call, item) + how, reasons: [rule(item)])
  }

  private func overlap(_ first: Int, _ second: Int, _ item: Int) -> Contradiction {
    Contradiction(
      calls: [first, second],
      headline: "two baskets got the same units of \(name(item)): \(told(first, item)), and "
        + told(second, item),
      reasons: [
        "\(who(first))'s order left \(left(first, item)) \(name(item)), but \(who(second))'s took "
          + "\(units(second, item)) from \(found(second, item)).",
        rule(item),
      ])
  }

  private func missing(
    _ call: Int, _ item: Int, _ units: Int, _ later: [Int]
  ) -> Contradiction {
    let others =
      later.isEmpty
      ? "" : "; \(list(later.prefix(4).map { "\(who($0))'s order" })) left less, and came later"
    return Contradiction(
      calls: Set(later).union([call]),
      headline: "\(told(call, item)), but \(units) \(name(item)) went that no order can have taken",
      reasons: [
        "No other order of \(name(item)) that was called by then can have taken them\(others).",
        rule(item),
      ],
      named: [call])
  }

  private func cycle(_ steps: [BasketStep], _ isTimeless: Bool) -> Contradiction {
    let kept = Set(steps.flatMap { [$0.from, $0.to] })
    var reasons = steps.prefix(6).map { step in
      "\(who(step.from)) came before \(who(step.to)): \(told(step.from, step.item)), and "
        + "\(told(step.to, step.item))."
    }
    if steps.count > 6 { reasons.append("So it goes on over \(steps.count - 6) more.") }
    let first = steps.first?.from ?? 0
    let last = steps.last?.to ?? 0
    if !isTimeless {
      reasons.append("But \(who(last)) had its answer before \(who(first)) called.")
    }
    let circle = (steps.map { what($0.from) } + (isTimeless ? [] : [what(last)])).prefix(6)
    let headline =
      isTimeless
      ? "a cycle of precedence: by what was left, each comes before the next and the last before "
        + "the first: \(list(Array(circle)))"
      : "a cycle of precedence: by what was left, \(what(first)) came before \(what(last)), which had "
        + "its answer before \(who(first)) called"
    return Contradiction(calls: kept, headline: headline, reasons: reasons)
  }

  private func refused(
    _ soldOut: Int, _ later: [(call: Int, path: [BasketStep])]
  ) -> Contradiction {
    var kept: Set<Int> = [soldOut]
    var reasons: [String] = []
    for (call, path) in later {
      kept.insert(call)
      kept.formUnion(path.flatMap { [$0.from, $0.to] })
      let start = path.first?.from ?? call
      let chain = start == call ? "" : ", before \(who(call)) by what was left"
      reasons.append(
        "\(who(call)) found enough of it and was the first to leave less, but \(who(start)) was called only "
          + "after \(who(soldOut)) had its answer\(chain).")
    }
    return Contradiction(
      calls: kept,
      headline:
        "\(who(soldOut)) was told \"sold out\" for \(basket(soldOut)), but at no moment by then "
        + "had any of it run out",
      reasons: reasons, named: Set(later.map(\.call)).union([soldOut]))
  }

  // Phrases.

  private func who(_ call: Int) -> String { CallNames.marked(calls, call) }

  private func name(_ item: Int) -> String { model.items[item].description }

  private func rule(_ item: Int) -> String {
    "There were \(model.initial[item]) \(name(item)), and nothing is put back."
  }

  private func what(_ call: Int) -> String {
    if case .look = calls[call].call { return "\(who(call))'s look" }
    return "\(who(call))'s order"
  }

  /// "2 a and 1 b"
  private func basket(_ call: Int) -> String {
    guard case .order(let lines) = calls[call].call else { return "" }
    return list(lines.map { "\($0.units) \($0.item)" })
  }

  /// "p3's order left 4 apples", "p3 saw 4 apples".
  private func told(_ call: Int, _ item: Int) -> String {
    let verb = units(call, item) > 0 ? "\(who(call))'s order left" : "\(who(call)) saw"
    return "\(verb) \(left(call, item)) \(name(item))"
  }

  private func units(_ call: Int, _ item: Int) -> Int {
    guard case .order(let lines) = calls[call].call else { return 0 }
    return lines.first { $0.item == model.items[item] }?.units ?? 0
  }

  private func left(_ call: Int, _ item: Int) -> Int {
    let place = calls[call].call.items.firstIndex(of: model.items[item]) ?? 0
    switch calls[call].reply {
    case .left(let told)?, .values(let told)?: return told[place] ?? 0
    default: return 0
    }
  }

  private func found(_ call: Int, _ item: Int) -> Int { left(call, item) + units(call, item) }

  /// What a call found, as a text: sums of what a file may hold can be beyond any number.
  private func number(_ call: Int, _ item: Int) -> String {
    let (sum, overflow) = left(call, item).addingReportingOverflow(units(call, item))
    return overflow ? "so many" : "\(sum)"
  }
}
