// Picks the few calls that show a conflict of levels.
// Each choice rests on the kept calls alone (see `Contradiction`).

import History

/// A conflict with the calls that show it; numbers are indexes of calls.
enum StairEvidence: Sendable, Hashable {
  case impossible(Int)
  case duplicate(Int, Int)
  case reversed(before: Int, after: Int)
  /// `index` needs this many steps before its reply; `called` had been called by then, of which
  /// `later` certainly came later.
  case shortage(index: Int, needed: Int, called: Int, later: [Int])
  /// The steps all lie between the reply of `floor` and the call of `ceiling` (each may be absent),
  /// where only `room` steps can be.
  case crowded(steps: [Int], room: Int, floor: Int?, ceiling: Int?)

  /// The calls kept in full.
  var calls: Set<Int> {
    switch self {
    case .impossible(let index): [index]
    case .duplicate(let first, let second): [first, second]
    case .reversed(let before, let after): [before, after]
    case .shortage(let index, _, _, let later): Set(later).union([index])
    case .crowded(let steps, _, let floor, let ceiling):
      Set(steps).union([floor, ceiling].compactMap(\.self))
    }
  }
}

extension StairLevels {
  /// Whether the levels fit together: an order, or the evidence that they don't.
  static func decide(
    _ calls: [TimedCall<Stairs.Data>], _ stairs: Stairs
  ) -> (levels: StairLevels, evidence: StairEvidence?) {
    var levels = StairLevels(calls, stairs)
    do throws(StairConflict) {
      try levels.observe()
      try levels.narrow()
      try levels.fill()
      return (levels, nil)
    } catch {
      return (levels, levels.evidence(of: error))
    }
  }

  private func evidence(of conflict: StairConflict) -> StairEvidence {
    switch conflict {
    case .impossible(let index): .impossible(index)
    case .duplicate(let first, let second): .duplicate(min(first, second), max(first, second))
    case .reversed(let before, let after): .reversed(before: before, after: after)
    case .shortage(let index): shortage(at: index)
    case .crowded(let bottom, let top, let excess): crowd(bottom: bottom, top: top, excess: excess)
    }
  }

  /// Of the steps called in time those told a higher level come later: so many of them are kept as
  /// would otherwise do for the missing ones.
  private func shortage(at index: Int) -> StairEvidence {
    let needed = claim(index).reached ?? 0
    let called = calls.indices.filter { claim($0).isStep && calls[$0].start <= calls[index].end }
    let later = called.filter { other in
      if case .reaches(let level) = claim(other) { level > needed } else { false }
    }
    return .shortage(
      index: index, needed: needed, called: called.count,
      later: Array(later.prefix(max(0, called.count - needed + 1))))
  }

  /// The levels of the calls that set the ends count, not those the windows took from them: steps
  /// between, and levels between, then differ by one still, as every level left out had its step.
  private func crowd(bottom: Int, top: Int, excess: Int) -> StairEvidence {
    let floor = bottom > 1 ? windows[bottom - 1].highBy : nil
    let ceiling = top <= last ? windows[top].lowBy : nil
    let first = floor.flatMap { claim($0).reached }.map { $0 + 1 } ?? 1
    let end = ceiling.flatMap { claim($0).unreached } ?? last + 1
    var steps = [excess]
    for level in bottom..<top where claim(windows[level].step) == .steps {
      steps.append(windows[level].step)
    }
    for level in first..<end {
      if case .reaches = claim(windows[level].step) { steps.append(windows[level].step) }
    }
    let room = end - first
    return .crowded(
      steps: steps.prefix(room + 1).sorted(), room: room, floor: floor, ceiling: ceiling)
  }
}
