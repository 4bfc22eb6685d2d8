// Puts a conflict of stock levels into words and picks the calls that show it.
// Each explanation rests on the kept calls alone (see `Contradiction`).

import History

extension StockLevels {
  /// The calls that show a conflict, with the argument.
  func explain(_ conflict: StockConflict) -> Contradiction {
    switch conflict {
    case .impossible(let index): explainImpossible(index)
    case .duplicate(let first, let second): explainDuplicate(first, second)
    case .reversed(let before, let after): explainReversed(before, after)
    case .shortage(let index): explainShortage(index)
    case .crowded(let bottom, let top, let excess):
      explainCrowded(bottom: bottom, top: top, excess: excess)
    }
  }

  private func explainImpossible(_ index: Int) -> Contradiction {
    let levels = stairs.quantity == 1 ? "" : " and every take is of \(stairs.quantity)"
    var reason = "The stock starts with \(stairs.units)\(levels), and is never restocked"
    if let told = told(index), told < 0 {
      reason += "; it can't go below 0."
    } else if case .taken = calls[index].reply {
      reason += "."
    } else if calls[index].reply == .soldOut {
      reason += "; it never gets so low."
    } else {
      reason += "; so many are never left."
    }
    return Contradiction(
      calls: [index], headline: "\(said(index)), which no stock of \(stairs.units) can answer",
      reasons: [reason])
  }

  private func explainDuplicate(_ first: Int, _ second: Int) -> Contradiction {
    let left = told(first) ?? 0
    return Contradiction(
      calls: [first, second],
      headline: "two takes were both told \(left) left: \(who(first)) and \(who(second))",
      reasons: [
        "A take lowers the stock by \(stairs.quantity), and nothing raises it, so only one take "
          + "can leave \(left)."
      ])
  }

  private func explainReversed(_ before: Int, _ after: Int) -> Contradiction {
    Contradiction(
      calls: [before, after],
      headline: "\(said(after)) after \(said(before, past: true))",
      reasons: [
        "\(who(before)) had its answer before \(who(after)) called.",
        "\(reachedReason(before)); nothing raises the stock, so \(who(after)) can't have found "
          + "\(found(after)).",
      ])
  }

  private func explainShortage(_ index: Int) -> Contradiction {
    let needed = claim(index).reached ?? 0
    let called = calls.indices.filter { claim($0).isTake && calls[$0].start <= calls[index].end }
    let later = called.filter { other in
      if case .reaches(let level) = claim(other) { level > needed } else { false }
    }
    // So many of the later ones must be kept in full as would otherwise do for the missing takes.
    let kept = later.prefix(max(0, called.count - needed + 1))
    var reasons = [
      "\(reachedReason(index)): \(count(needed, "take")) of \(stairs.quantity) must have happened "
        + "before it was answered."
    ]
    if kept.isEmpty {
      let few = called.isEmpty ? "No take" : "Only \(count(called.count, "take"))"
      reasons.append("\(few) had been called by then.")
    } else {
      let spared = kept.count == 1 ? "one of them" : "\(kept.count) of them"
      reasons.append(
        "\(count(called.count, "take")) had been called by then, but \(spared) came later: "
          + "\(list(kept.map { said($0) })).")
    }
    return Contradiction(
      calls: Set(kept).union([index]),
      headline: "\(said(index)), which needs \(count(needed, "take")) before it, but "
        + (needed == 1 ? "none" : "only \(needed - 1)") + " can have happened by then",
      reasons: reasons)
  }

  private func explainCrowded(bottom: Int, top: Int, excess: Int) -> Contradiction {
    let floor = bottom > 1 ? windows[bottom - 1].highBy : -1
    let ceiling = top <= last ? windows[top].lowBy : -1
    // The two ends may be farther in than the window says: their own levels count.
    let first = floor < 0 ? 1 : (claim(floor).reached ?? 0) + 1
    let end = ceiling < 0 ? last + 1 : claim(ceiling).unreached ?? top
    let room = end - first
    var takes = [excess]
    for level in bottom..<top where claim(windows[level].take) == .takes {
      takes.append(windows[level].take)
    }
    for level in first..<end {
      if case .reaches = claim(windows[level].take) { takes.append(windows[level].take) }
    }
    let kept = takes.prefix(room + 1).sorted()
    return Contradiction(
      calls: Set(kept + [floor, ceiling].filter { $0 >= 0 }),
      headline: crowdHeadline(kept, room: room, floor: floor, ceiling: ceiling),
      reasons: crowdReasons(kept, room: room, floor: floor, ceiling: ceiling))
  }

  private func crowdHeadline(_ takes: [Int], room: Int, floor: Int, ceiling: Int) -> String {
    let who =
      takes.count == 1 ? "\(self.who(takes[0]))'s take was" : "\(count(takes.count, "take")) were"
    let units = room == 0 ? "nothing" : "only \(count(room * stairs.quantity, "unit"))"
    switch (floor >= 0, ceiling >= 0) {
    case (false, false):
      return "oversold: \(who) ok, but \(stairs.units) in stock are enough for "
        + (room == 0 ? "none" : "\(room)")
    case (true, false):
      return "oversold: \(who) ok after \(said(floor, past: true))"
        + (room == 0 ? "" : ", which is enough for \(room)")
    case (false, true):
      return "\(who) ok before \(said(ceiling)), but \(units) had gone by then"
    case (true, true):
      return "\(who) ok between \(said(floor, gerund: true)) and "
        + "\(said(ceiling, gerund: true)), but \(units) went"
    }
  }

  private func crowdReasons(_ takes: [Int], room: Int, floor: Int, ceiling: Int) -> [String] {
    var reasons: [String] = []
    if floor >= 0 {
      reasons.append("\(reachedReason(floor)) when \(who(floor)) had its answer.")
    } else {
      reasons.append("The stock starts with \(stairs.units).")
    }
    if ceiling >= 0 {
      reasons.append("When \(who(ceiling)) called there was still \(found(ceiling)).")
    }
    let when = floor >= 0 && ceiling >= 0 ? " between" : floor >= 0 ? " after" : ""
    let which = takes.count <= 4 ? " (\(list(takes.map(who))))" : ""
    reasons.append(
      "\(count(takes.count, "take")) of \(stairs.quantity)\(which) happened\(when), but there is "
        + "room for \(room == 0 ? "none" : String(room)).")
    return reasons
  }
}

// Phrases.
extension StockLevels {
  func who(_ index: Int) -> String { "p\(calls[index].process)" }

  /// The number that a call was told.
  private func told(_ index: Int) -> Int? {
    switch calls[index].reply {
    case .left(let left), .value(let left): left
    default: nil
    }
  }

  /// "p3 read 41", "p3 had read 41" or "p3 reading 41".
  func said(_ index: Int, past: Bool = false, gerund: Bool = false) -> String {
    let read = gerund ? "reading" : past ? "had read" : "read"
    let told = gerund ? "being told" : past ? "had been told" : "was told"
    let took = gerund ? "taking" : past ? "had taken" : "took"
    return switch calls[index].reply {
    case .value(let left): "\(who(index)) \(read) \(left)"
    case .left(let left): "\(who(index)) \(told) \(left) left"
    case .soldOut: "\(who(index)) \(told) \"sold out\""
    default: "\(who(index)) \(took) \(stairs.quantity)"
    }
  }

  /// "At most 40 were left".
  private func reachedReason(_ index: Int) -> String {
    "At most \(stairs.left(at: claim(index).reached ?? 0)) were left"
  }

  /// What a call must have found: "41", "43 to take 2 from".
  private func found(_ index: Int) -> String {
    let left = stairs.left(at: max(0, (claim(index).unreached ?? 1) - 1))
    if case .take = calls[index].call { return "\(left) to take \(stairs.quantity) from" }
    return "\(left)"
  }

  private func count(_ number: Int, _ noun: String) -> String {
    number == 0 ? "no \(noun)s" : number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  private func list(_ phrases: [String]) -> String {
    guard let last = phrases.last, phrases.count > 1 else { return phrases.first ?? "" }
    return phrases.dropLast().joined(separator: ", ") + " and " + last
  }
}
