// Unanswered orders in the gaps between versions: what answered orders left and the next one found differ
// by what others took. It guesses which: a choice that turns out wrong proves nothing.

import History

/// A difference between what one call left of an item and what the next one found.
private struct Gap {
  var item: Int
  /// The place of the call that found less.
  var place: Int
  /// The reply of that call, by which the gap was there.
  var end: Int
  /// Units that no order accounts for yet.
  var units: Int
  /// The unanswered orders that are taken to have filled it.
  var orders: [Int] = []
}

/// An unanswered order that may have filled a gap, and the gaps of its other items.
private struct Candidate {
  var order: Int
  var gaps: [Int]
  /// Items that it has no gap for: it would have to come after all that was told of them.
  var homeless: Int
}

extension BasketVersions {
  private static var undecided: BasketRefusal {
    .open("it is open which unanswered orders took what is missing")
  }

  /// Fills every gap with unanswered orders.
  ///
  /// Refuses gaps that they can't account for; leaves open what no one or two of them fill. As a rule
  /// an order takes effect soon after its call or never, so of several the one called last is taken.
  mutating func fill() throws(BasketRefusal) {
    var orders: [Int: [Int]] = [:]
    for order in pending {
      for line in lines(of: order) { orders[line.item, default: []].append(order) }
    }
    var gaps = try self.gaps(orders)
    guard !gaps.isEmpty else { return }
    gaps.sort { ($0.end, $0.item) < ($1.end, $1.item) }
    var waiting: [Int: [Int]] = [:]
    for gap in gaps.indices { waiting[gaps[gap].item, default: []].append(gap) }
    for gap in gaps.indices {
      while gaps[gap].units > 0 {
        let fitting = candidates(for: gap, gaps, waiting, orders[gaps[gap].item] ?? [])
        guard let chosen = choice(of: fitting, for: gaps[gap]) else { throw Self.undecided }
        filled.insert(chosen.order)
        for line in lines(of: chosen.order) {
          guard let home = chosen.gaps.first(where: { gaps[$0].item == line.item }) else {
            continue
          }
          gaps[home].units -= line.units
          gaps[home].orders.append(chosen.order)
        }
      }
    }
    try insert(gaps)
  }

  /// The orders that may have filled a gap, the last called first.
  private func candidates(
    for gap: Int, _ gaps: [Gap], _ waiting: [Int: [Int]], _ orders: [Int]
  ) -> [Candidate] {
    var candidates: [Candidate] = []
    for order in orders.reversed()
    where calls[order].start <= gaps[gap].end && !filled.contains(order) {
      var candidate = Candidate(order: order, gaps: [gap], homeless: 0)
      for line in lines(of: order) where line.item != gaps[gap].item {
        if let home = home(of: line, gaps[gap], calls[order].start, gaps, waiting) {
          candidate.gaps.append(home)
        } else {
          candidate.homeless += 1
        }
      }
      candidates.append(candidate)
      if candidates.count == Self.mostCandidates { break }
    }
    return candidates
  }

  private static var mostCandidates: Int { 32 }

  /// The gap of another item, nearest in time, that has room for a line.
  private func home(
    of line: (item: Int, units: Int), _ near: Gap, _ start: Int, _ gaps: [Gap],
    _ waiting: [Int: [Int]]
  ) -> Int? {
    var best: Int?
    for gap in waiting[line.item] ?? []
    where gaps[gap].units >= line.units && gaps[gap].end >= start {
      if let best, distance(gaps[best], near) <= distance(gaps[gap], near) { continue }
      best = gap
    }
    return best
  }

  private func distance(_ one: Gap, _ other: Gap) -> Int { abs(one.end - other.end) }

  /// One order that fills a gap, or the first of two that do together: one whose other items have gaps too,
  /// if there is one.
  private func choice(of candidates: [Candidate], for gap: Gap) -> Candidate? {
    func units(_ candidate: Candidate) -> Int {
      lines(of: candidate.order).first { $0.item == gap.item }?.units ?? 0
    }
    let alone = candidates.filter { units($0) == gap.units }
    if let best = alone.first(where: { $0.homeless == 0 }) ?? alone.first { return best }
    for (place, one) in candidates.enumerated() {
      let rest = gap.units - units(one)
      if candidates[(place + 1)...].contains(where: { units($0) == rest }) { return one }
    }
    return nil
  }

  private func gaps(_ orders: [Int: [Int]]) throws(BasketRefusal) -> [Gap] {
    var gaps: [Gap] = []
    for item in lines.indices {
      var left = model.initial[item]
      var missing = 0
      for (place, entry) in lines[item].enumerated() {
        if entry.found < left {
          missing += left - entry.found
          try refuse(missing, before: place, of: item, orders[item] ?? [])
          gaps.append(
            Gap(
              item: item, place: place, end: calls[entry.call].end, units: left - entry.found))
        }
        left = entry.left
      }
    }
    return gaps
  }

  /// Refuses what unanswered orders can't have taken by the reply that shows it to be missing.
  ///
  /// Kept in full are also the orders that left less and were called by then: weakened, they could have
  /// taken it.
  private func refuse(
    _ missing: Int, before place: Int, of item: Int, _ orders: [Int]
  ) throws(BasketRefusal) {
    let entry = lines[item][place]
    let end = calls[entry.call].end
    var units = 0
    for order in orders where calls[order].start <= end {
      for line in lines(of: order) where line.item == item { units += line.units }
      if units >= missing { return }
    }
    let later = lines[item][(place + 1)...].filter {
      $0.units > 0 && $0.left < entry.left && calls[$0.call].start <= end
    }
    throw .conflict(
      .missing(entry.call, item: item, units: missing, later: later.map(\.call)))
  }

  /// An order's lines by the item's place.
  private func lines(of order: Int) -> [(item: Int, units: Int)] {
    guard case .order(let lines) = calls[order].call else { return [] }
    return lines.compactMap { line in model.places[line.item].map { ($0, line.units) } }
  }

  /// Puts the orders into their gaps, and their other items behind all that was told of them.
  private mutating func insert(_ gaps: [Gap]) throws(BasketRefusal) {
    var placed: Set<BasketStep> = []
    // From the last place on, so that those before it stay where they are.
    for gap in gaps.sorted(by: { $0.place > $1.place }) {
      var left = lines[gap.item][gap.place].found
      for order in gap.orders.sorted(by: >) {
        let units = lines(of: order).first { $0.item == gap.item }?.units ?? 0
        lines[gap.item].insert(Entry(call: order, left: left, units: units), at: gap.place)
        left += units
        placed.insert(BasketStep(from: order, to: order, item: gap.item))
      }
    }
    for order in filled.sorted() {
      for line in lines(of: order)
      where !placed.contains(BasketStep(from: order, to: order, item: line.item)) {
        let left = last(of: line.item) - line.units
        guard left >= 0 else { throw Self.undecided }
        lines[line.item].append(Entry(call: order, left: left, units: line.units))
      }
    }
  }
}
