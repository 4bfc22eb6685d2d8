// What the operations kept in full say that cannot be, in sentences.

internal import History

extension History {
  /// The counterexample that these calls, a violation, come to. `stuck` says how far the search
  /// that found the violation got.
  func counterexample<M: Model>(
    of calls: [TimedCall<M.Data>], model: M, stuck: Stuck<M.State>, budget: Budget
  ) -> Counterexample {
    let shrink = Shrink(
      calls, model: model, explained: stuck.explained, failing: stuck.failing, budget: budget)
    let full = shrink.full
    let weakened = Weakening(full: full).apply(to: calls, model: model)
    // Without pruning by levels the search ends at the very reply that nothing explains.
    let result = search(
      weakened, model: model, reductions: .all.subtracting([.levels, .relaxation]),
      budget: Budget(bytes: 256 << 20, configurations: 100_000, shouldStop: budget.shouldStop))
    let explanation = Explanation(
      history: self, calls: weakened, model: model, stuck: result.stuck, full: full.count)
    return Counterexample(
      operations: full.map { calls[$0].position }, headline: explanation.headline,
      reasons: explanation.reasons, weakened: calls.count - full.count)
  }
}

private struct Explanation<M: Model> {
  let history: History
  let calls: [TimedCall<M.Data>]
  let model: M
  /// Where a search of these calls ends.
  let stuck: Stuck<M.State>?
  let full: Int

  /// Sentences of one kind a reader is given at most.
  private static var most: Int { 5 }

  var headline: String {
    guard let call = stuckCall else { return "no order of the operations conforms" }
    if let refusal = refusals.only { return refusal }
    let others = kept.filter { $0.position != call.position }.map(name)
    return "nothing explains \(name(call))"
      + (others.isEmpty || others.count > 3 ? "" : " beside \(list(others))")
  }

  var reasons: [String] { precedences + trials + rest }

  /// The calls kept in full, by call.
  private var kept: [TimedCall<M.Data>] {
    calls.filter { !$0.isIndeterminate }.sorted { $0.start < $1.start }
  }

  private var stuckCall: TimedCall<M.Data>? { stuck.map { calls[$0.call] } }

  /// Which of the calls kept in full had replied before which were called; only what doesn't
  /// follow from the others.
  private var precedences: [String] {
    let kept = self.kept
    var sentences: [String] = []
    for (index, later) in kept.enumerated() {
      let earlier = kept[..<index].filter { $0.end < later.start }
      let direct = earlier.filter { first in !earlier.contains { first.end < $0.start } }
      for first in direct where sentences.count < Self.most {
        sentences.append("\(name(first)) had its reply before \(name(later)) was called")
      }
    }
    return sentences
  }

  /// What the model says of the call in each state possible there, first where the fewest
  /// indeterminate calls took effect.
  private var refusals: [String] {
    guard let stuck, let call = stuckCall, let reply = call.reply else { return [] }
    let states =
      stuck.configurations.sorted { $0.indeterminate < $1.indeterminate }.map(\.state)
      + stuck.states
    var seen: Set<M.State> = []
    var sentences: [String] = []
    for state in states where seen.insert(state).inserted {
      guard case .refused = model.step(state, call.call, reply) else { continue }
      sentences.append("process \(call.process) \(model.refusal(state, call.call, reply))")
    }
    return sentences
  }

  private var trials: [String] {
    guard let first = refusals.first else { return [] }
    switch refusals.count {
    case 1:
      return kept.count == 1 ? [first] : ["in whatever order the others took effect, \(first)"]
    case 2: return refusals
    default:
      return [
        "\(first); none of the \(refusals.count - 1) other states possible there fits either"
      ]
    }
  }

  private var rest: [String] {
    let open = calls.count { $0.isIndeterminate }
    guard open > 0 else { return [] }
    let subject = open == 1 ? "1 other operation" : "\(open) other operations"
    return [
      "\(subject) may have taken effect at any time after the call, or never: that doesn't help"
    ]
  }

  private func name(_ call: TimedCall<M.Data>) -> String {
    let operation = history.operations[call.position]
    let input = operation.input == .null ? "" : " \(operation.input)"
    let output =
      operation.output == .null || operation.output == operation.input
      ? "" : " → \(operation.output)"
    return "process \(call.process)'s \(operation.function)\(input)\(output)"
  }
}

extension Array {
  /// The element of an array of one.
  fileprivate var only: Element? { count == 1 ? self[0] : nil }
}
