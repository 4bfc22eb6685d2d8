// The search as far as a moment within a history: what took effect by then, and in which order.

internal import History

extension Search {
  /// The first order found of the calls that had replied by a rank, with those that took effect among
  /// them: open calls as they were answered later, and indeterminate ones.
  ///
  /// A call open then may well be answered as it was because of calls that come only later, so
  /// nothing is given up for want of calls that would bring its level about; only where the level has
  /// gone past it, as far as one can see. The reduction by relaxation is to be off.
  ///
  /// - Returns: indexes of calls; nil where there is none, or the budget was spent before.
  mutating func order(upTo rank: Int) -> [Int]? {
    end = schedule.stops.firstIndex { schedule.calls[Int($0)].end > rank } ?? schedule.stopCount
    firstUncertain = end
    let initial = CutConfiguration(
      state: states.number(of: model.initial), usage: UsageTable.none)
    guard case .reached(let node, _) = start(initial, before: 0) ?? advance() else { return nil }
    notePeak()
    return order(of: choices(to: node), to: end)
  }
}
