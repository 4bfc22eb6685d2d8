// Whether an order of operations is a linearization, in time linear in the history. Certificates
// are checked by it; it shares no code with the engines but the model.

internal import History

/// Why an order is no linearization.
public struct Misplacement: Error, Sendable, Hashable {
  /// The place in the order, counted from 0.
  public var place: Int
  public var message: String
}

/// Replays an order, given by indices into the calls, and throws at the first that doesn't fit.
func replay<M: Model>(
  _ order: [Int], of calls: [TimedCall<M.Data>], model: M
) throws(Misplacement) {
  var isPlaced = Array(repeating: false, count: calls.count)
  var latestStart = Int.min
  var states: Set<M.State> = [model.initial]
  let due = M.passesTime ? dues(of: order, calls) : []
  for (place, index) in order.enumerated() {
    guard calls.indices.contains(index), !isPlaced[index] else {
      throw Misplacement(
        place: place, message: "operation placed twice, or not one of the object's")
    }
    isPlaced[index] = true
    let call = calls[index]
    guard call.end >= latestStart else {
      throw Misplacement(
        place: place, message: "replied before an operation placed ahead of it was called")
    }
    latestStart = max(latestStart, call.start)
    var next: Set<M.State> = []
    for state in states {
      let state = M.passesTime ? model.advance(state, to: due[place]) ?? state : state
      switch model.step(state, call.call, call.reply) {
      case .refused: break
      case .next(let state): next.insert(state)
      case .either(let outcomes): next.formUnion(outcomes)
      }
    }
    guard !next.isEmpty else {
      let reason = states.first.flatMap { state in
        call.reply.map { model.refusal(state, call.call, $0) }
      }
      throw Misplacement(place: place, message: reason ?? "can't take effect there")
    }
    states = next
  }
  if let left = calls.indices.first(where: { !calls[$0].isIndeterminate && !isPlaced[$0] }) {
    throw Misplacement(
      place: order.count, message: "operation \(calls[left].position) replied but is not placed")
  }
}

/// For each place of an order, the first reply that is due from there on: the latest moment of what is
/// placed there.
private func dues<Data>(of order: [Int], _ calls: [TimedCall<Data>]) -> [Int] {
  var due = Int.max
  var dues = Array(repeating: due, count: order.count)
  for (place, index) in order.enumerated().reversed() {
    if calls.indices.contains(index) { due = min(due, calls[index].end) }
    dues[place] = due
  }
  return dues
}
