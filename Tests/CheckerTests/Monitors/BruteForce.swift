// The oracle of the monitors: tries every order of a small history, and rechecks what a monitor
// says. No cleverness here; it must be easy to believe.

import Checker
import History

/// Whether some order of the calls conforms. For up to a dozen calls.
struct BruteForce<M: Model> {
  let model: M
  let calls: [TimedCall<M.Data>]
  private var seen: Set<Visit> = []

  private struct Visit: Hashable {
    var done: Int
    var state: M.State
  }

  init(_ model: M, _ calls: [TimedCall<M.Data>]) {
    self.model = model
    self.calls = calls
  }

  static func isLinearizable(_ model: M, _ calls: [TimedCall<M.Data>]) -> Bool {
    var search = BruteForce(model, calls)
    return search.go(from: model.initial, done: 0)
  }

  private mutating func go(from state: M.State, done: Int) -> Bool {
    let left = calls.indices.filter { done & 1 << $0 == 0 }
    if left.allSatisfy({ calls[$0].isIndeterminate }) { return true }
    guard seen.insert(Visit(done: done, state: state)).inserted else { return false }
    let deadline = left.map { calls[$0].end }.min() ?? Int.max
    for next in left where calls[next].start <= deadline {
      for after in successors(model, state, calls[next]) {
        if go(from: after, done: done | 1 << next) { return true }
      }
    }
    return false
  }
}

func successors<M: Model>(
  _ model: M, _ state: M.State, _ call: TimedCall<M.Data>
) -> [M.State] {
  switch model.step(state, call.call, call.reply) {
  case .next(let after): [after]
  case .either(let states): states
  case .refused: []
  }
}

/// Why an order is no linearization of the calls, or nil.
func objection<M: Model>(
  to order: [Int], _ model: M, _ calls: [TimedCall<M.Data>]
) -> String? {
  let byPosition = Dictionary(uniqueKeysWithValues: calls.map { ($0.position, $0) })
  let ordered = order.compactMap { byPosition[$0] }
  guard ordered.count == order.count, Set(order).count == order.count else {
    return "the order names a call twice or one that isn't there"
  }
  for call in calls where !call.isIndeterminate && !order.contains(call.position) {
    return "the order leaves out call \(call.position)"
  }
  var states: Set<M.State> = [model.initial]
  var latest = Int.min
  for call in ordered {
    latest = max(latest, call.start)
    if call.end < latest { return "call \(call.position) is answered before one ordered earlier" }
    states = Set(states.flatMap { successors(model, $0, call) })
    if states.isEmpty { return "call \(call.position) does not conform at its place" }
  }
  return nil
}

/// The calls with all but those at `kept` weakened as far as is sound.
func weakened<M: Model>(
  _ model: M, _ calls: [TimedCall<M.Data>], keeping kept: [Int]
) -> [TimedCall<M.Data>] {
  calls.compactMap { call in
    if kept.contains(call.position) { return call }
    if model.isPureRead(call.call, call.reply) { return nil }
    var weak = call
    weak.reply = nil
    weak.end = TimedCall<M.Data>.open
    return weak
  }
}

/// What a monitor said of a history, compared with brute force.
enum Comparison: Equatable {
  case agreed(Verdict)
  case notApplicable
  case wrong(String)
}

func compare<M: Model, W: Monitor>(
  _ monitor: W, _ model: M, _ calls: [TimedCall<M.Data>]
) -> Comparison where W.Data == M.Data {
  let judgement: Judgement
  do throws(NotApplicable) {
    judgement = try monitor.judge(calls, key: nil)
  } catch {
    return .notApplicable
  }
  let truth = BruteForce.isLinearizable(model, calls)
  guard judgement.verdict == (truth ? .linearizable : .violation) else {
    return .wrong("said \(judgement.verdict), \(judgement.counterexample?.headline ?? "")")
  }
  if let order = judgement.order {
    if let objection = objection(to: order, model, calls) { return .wrong(objection) }
  } else if let example = judgement.counterexample {
    let weak = weakened(model, calls, keeping: example.operations)
    if example.operations.isEmpty || BruteForce.isLinearizable(model, weak) {
      return .wrong("the counterexample \(example.operations) explains nothing: \(example)")
    }
  } else {
    return .wrong("gave neither an order nor a counterexample")
  }
  return .agreed(judgement.verdict)
}
