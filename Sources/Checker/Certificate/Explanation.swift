// Says in sentences why the operations kept in full contradict each other.

internal import History

extension History {
  /// The counterexample that these calls, a violation, come to, and the prefix before it. `stuck`
  /// says how far the search that found the violation got.
  func counterexample<M: Model>(
    of calls: [TimedCall<M.Data>], model: M, stuck: Stuck<M.State>, budget: Budget
  ) -> (Counterexample, Judgement.Prefix) {
    let shrink = Shrink(
      calls, model: model, explained: stuck.explained, failing: stuck.failing, budget: budget)
    let full = shrink.full
    let weakened = Weakening(full: full).apply(to: calls, model: model)
    // Without pruning by levels the search ends at the very reply that nothing explains.
    let result = search(
      weakened, model: model, reductions: .all.subtracting([.levels, .relaxation]),
      budget: Budget(bytes: 256 << 20, configurations: 100_000, shouldStop: budget.shouldStop))
    let explanation = Explanation(
      history: self, calls: weakened, model: model, stuck: result.stuck)
    let counterexample = Counterexample(
      operations: full.map { calls[$0].position }, headline: explanation.headline,
      reasons: explanation.reasons, weakened: calls.count - full.count,
      named: explanation.stuckCall.map { [$0.position] } ?? [])
    return (counterexample, prefix(of: calls, replies: shrink.explained, isLongest: shrink.isTight))
  }
}

private struct Explanation<M: Model> {
  let history: History
  let calls: [TimedCall<M.Data>]
  let model: M
  /// Where a search of these calls ends.
  let stuck: Stuck<M.State>?

  init(history: History, calls: [TimedCall<M.Data>], model: M, stuck: Stuck<M.State>?) {
    self.history = history
    self.calls = calls
    self.model = model
    self.stuck = stuck
    kept = calls.filter { !$0.isIndeterminate }.sorted { $0.start < $1.start }
  }

  /// Sentences of one kind a reader is given at most.
  private static var most: Int { 5 }

  var headline: String {
    guard let call = stuckCall else { return "no order of the operations conforms" }
    if let refusal = refusals.only { return refusal }
    let others = kept.filter { $0.position != call.position }.map(name)
    return "nothing explains \(name(call))"
      + (others.isEmpty || others.count > 3 ? "" : " beside \(list(others))")
  }

  /// Of many calls the order is seen in their picture.
  var reasons: [String] { (kept.count <= Self.most ? precedences : []) + trials }

  /// The calls kept in full, by call.
  private let kept: [TimedCall<M.Data>]

  var stuckCall: TimedCall<M.Data>? { stuck.map { calls[$0.call] } }

  /// Which of the calls kept in full had replied before which were called, those about the stuck
  /// call first; only what doesn't follow from the others.
  private var precedences: [String] {
    let stuck = stuckCall?.position
    let later = kept.filter { $0.position == stuck } + kept.filter { $0.position != stuck }
    var sentences: [String] = []
    for later in later where sentences.count < Self.most {
      let earlier = kept.filter { $0.end < later.start }
      let latest = earlier.reduce(Int.min) { max($0, $1.start) }
      for first in earlier where first.end >= latest && sentences.count < Self.most {
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
    var said: Set<String> = []
    var sentences: [String] = []
    for state in states where seen.insert(state).inserted {
      guard case .refused = model.step(state, call.call, reply) else { continue }
      let sentence = "\(who(call)) \(model.refusal(state, call.call, reply))"
      if said.insert(sentence).inserted { sentences.append(sentence) }
    }
    return sentences
  }

  private var trials: [String] {
    guard let first = refusals.first, let call = stuckCall, let reply = call.reply else {
      return []
    }
    switch refusals.count {
    case 1:
      return kept.count == 1 ? [first] : ["Whatever the order of the others, \(first)"]
    case 2: return refusals
    default:
      return [
        "\(name(call)) would have needed \(model.demand(of: call.call, reply)); "
          + "the only states possible then: \(list(possible))"
      ]
    }
  }

  /// The states possible when the stuck call was due, in words: a few, and how many more.
  private var possible: [String] {
    guard let stuck else { return [] }
    var seen: Set<M.State> = []
    let states = (stuck.configurations.map(\.state) + stuck.states).filter {
      seen.insert($0).inserted
    }
    let words = states.prefix(Self.most).map { model.words(for: $0) }
      .sorted { ($0.count, $0) < ($1.count, $1) }
    return words + (states.count > Self.most ? ["\(states.count - Self.most) more"] : [])
  }

  /// Of a long text the end, where texts that were appended to differ.
  private static func end(of text: String) -> String {
    text.count <= 28 ? text : "…\(text.suffix(26))"
  }

  private func name(_ call: TimedCall<M.Data>) -> String {
    let text = words(call)
    // Two calls that read the same are told apart as pictures do.
    let isOnly = kept.allSatisfy { $0.position == call.position || words($0) != text }
    return isOnly ? text : "\(text) (#\(call.index))"
  }

  /// `p3`, with an index where the process made another call of the kind.
  private func who(_ call: TimedCall<M.Data>) -> String {
    let function = history.operations[call.position].function
    let isOnly = kept.allSatisfy {
      $0.position == call.position || $0.process != call.process
        || history.operations[$0.position].function != function
    }
    return isOnly ? "p\(call.process)" : "p\(call.process) (#\(call.index))"
  }

  private func words(_ call: TimedCall<M.Data>) -> String {
    let operation = history.operations[call.position]
    let input = operation.input == .null ? "" : " \(operation.input.literal)"
    let output =
      operation.output == .null || operation.output == operation.input
      ? "" : " → \(Self.end(of: operation.output.literal))"
    return "p\(call.process)'s \(operation.function)\(input)\(output)"
  }
}

extension Array {
  /// The element of an array of one.
  fileprivate var only: Element? { count == 1 ? self[0] : nil }
}
