// Takes a history up to a moment, so that what follows can be judged from the state there.
// It trusts no search: an order that the model or the intervals refuse is rejected.

public import History

/// Where a piece of a history has led by a moment.
public struct Advance: Sendable, Hashable {
  /// The initial value that starts in the state reached.
  public var initial: Value
  /// Positions of the operations that have yet to take effect, or never will.
  public var left: [Int]
  public var effort: Judgement.Effort
}

extension History {
  /// Finds an order of what took effect by the horizon, and where it leads.
  ///
  /// Let `A` be the calls of the order: all that had replied by the horizon, and others called by
  /// then. Let `B` be all others, of the partition or called after the horizon. If `B` has an order
  /// from the state reached, then `A`'s followed by it is an order of both: the model allows it, and
  /// no `b` of `B` precedes an `a` of `A`, since `a` was called by the horizon and `b` had not
  /// replied by then. So what is linearizable piece by piece is so as a whole. (Not the other way
  /// round: another order of `A` may have been needed. Then this says nothing.)
  ///
  /// The partition is all that was called by the horizon, a rank, with the replies, whenever these
  /// came; `Int.max` is the end. Nil where no order was found within the budget.
  func advance<M: ResumableModel>(
    _ partition: ModelEntry.Partition, upTo horizon: Int, _ budget: Budget, as _: M.Type
  ) throws(Undecodable) -> Advance? {
    let (model, calls) = try decoded(partition, as: M.self)
    var search = Search(
      calls, model: model, reductions: .all.subtracting(.relaxation), budget: budget,
      tuning: Tuning())
    guard let order = search.order(upTo: horizon),
      let (state, isTaken) = model.state(after: order, of: calls, upTo: horizon)
    else { return nil }
    var left: [Int] = []
    for (index, call) in calls.enumerated() where !isTaken[index] {
      guard call.isIndeterminate || call.end > horizon else { return nil }
      // Indeterminate reads say nothing and change nothing.
      if call.isIndeterminate, model.isPureRead(call.call, nil) { continue }
      left.append(call.position)
    }
    let effort = Judgement.Effort(configurations: search.configurations, bytes: search.peakBytes)
    return Advance(initial: M.initialValue(in: state), left: left, effort: effort)
  }
}

extension Model {
  /// The state that calls lead to in an order, and which calls these are; nil where the order does not
  /// keep to the calls' intervals, to the horizon or to the model.
  fileprivate func state(
    after order: [Int], of calls: [TimedCall<Data>], upTo horizon: Int
  ) -> (State, isTaken: [Bool])? {
    var isTaken = Array(repeating: false, count: calls.count)
    var state = initial
    var latest = Int.min
    for index in order {
      let call = calls[index]
      latest = max(latest, call.start)
      guard !isTaken[index], call.end >= latest, latest <= horizon,
        let next = only(from: state, call)
      else { return nil }
      isTaken[index] = true
      state = next
    }
    return (state, isTaken)
  }

  /// The one state that a call leads to; nil where there is none, or several.
  private func only(from state: State, _ call: TimedCall<Data>) -> State? {
    switch step(state, call.call, call.reply) {
    case .next(let next): next
    case .either(let states): states.count == 1 ? states[0] : nil
    case .refused: nil
    }
  }
}
