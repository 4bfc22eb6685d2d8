// The oracle: tries every order. It shares nothing with the engines but the model, and is meant to
// be obviously right, not fast: up to nine calls.

public import Checker
internal import History

/// Whether some order of the calls conforms to the model and keeps to their intervals.
///
/// Indeterminate calls may be left out. Nothing is memoised or reduced.
public func isLinearizable<M: Model>(_ calls: [TimedCall<M.Data>], model: M) -> Bool {
  canFinish(calls, from: model.initial, model: model)
}

private func canFinish<M: Model>(
  _ remaining: [TimedCall<M.Data>], from state: M.State, model: M
) -> Bool {
  if remaining.allSatisfy(\.isIndeterminate) { return true }
  let due = remaining.map(\.end).min() ?? .max
  let state = model.advance(state, to: due) ?? state
  for (index, call) in remaining.enumerated() {
    let isFirst = remaining.allSatisfy { $0.end >= call.start }
    guard isFirst else { continue }
    var rest = remaining
    rest.remove(at: index)
    let next: [M.State]
    switch model.step(state, call.call, call.reply) {
    case .refused: next = []
    case .next(let state): next = [state]
    case .either(let states): next = states
    }
    for state in next where canFinish(rest, from: state, model: model) { return true }
  }
  return false
}

/// Whether an order (indices into the calls) is a linearization: the oracle's own verifier.
public func isLinearization<M: Model>(
  _ order: [Int], of calls: [TimedCall<M.Data>], model: M
) -> Bool {
  guard Set(order).count == order.count else { return false }
  let placed = Set(order)
  for index in calls.indices where !calls[index].isIndeterminate && !placed.contains(index) {
    return false
  }
  for (place, later) in order.enumerated() {
    for earlier in order[..<place] where calls[later].end < calls[earlier].start { return false }
  }
  var states: Set<M.State> = [model.initial]
  for (place, index) in order.enumerated() {
    var next: Set<M.State> = []
    let due = order[place...].map { calls[$0].end }.min() ?? .max
    for state in states {
      switch model.step(
        model.advance(state, to: due) ?? state, calls[index].call, calls[index].reply)
      {
      case .refused: break
      case .next(let state): next.insert(state)
      case .either(let outcomes): next.formUnion(outcomes)
      }
    }
    states = next
  }
  return !states.isEmpty
}
