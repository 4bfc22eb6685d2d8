// What a monitor says of a small history, held against brute force: the verdict, the order it gives
// as proof, and whether its counterexample still is one when all the rest is weakened.

import Checker
import History
import Support

/// The calls with all but those at `kept` weakened as far as is sound: pure reads dropped, the rest
/// made indeterminate.
func weakened<M: Model>(
  _ calls: [TimedCall<M.Data>], keeping kept: [Int], model: M
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

enum Comparison: Equatable {
  case agreed(Verdict)
  case notApplicable
  case wrong(String)
}

/// Positions in the calls must be their indexes.
func compare<M: Model, W: Monitor>(
  _ monitor: W, _ model: M, _ calls: [TimedCall<M.Data>]
) -> Comparison where W.Data == M.Data {
  let judgement: Judgement
  do throws(NotApplicable) {
    judgement = try monitor.judge(calls, key: nil)
  } catch {
    return .notApplicable
  }
  let truth = isLinearizable(calls, model: model)
  guard judgement.verdict == (truth ? .linearizable : .violation) else {
    return .wrong("said \(judgement.verdict), \(judgement.counterexample?.headline ?? "")")
  }
  if let order = judgement.order {
    guard isLinearization(order, of: calls, model: model) else {
      return .wrong("the order \(order) is no linearization")
    }
  } else if let example = judgement.counterexample {
    let weak = weakened(calls, keeping: example.operations, model: model)
    if example.operations.isEmpty || isLinearizable(weak, model: model) {
      return .wrong("the counterexample explains nothing: \(example)")
    }
  } else {
    return .wrong("gave neither an order nor a counterexample")
  }
  return .agreed(judgement.verdict)
}

/// Calls sorted by start, with positions, and as a rule processes, given anew.
func timeline<Data: Datatype>(
  _ calls: [TimedCall<Data>], keepingProcesses: Bool = false
) -> [TimedCall<Data>] {
  calls.sorted { $0.start < $1.start }.enumerated().map { position, call in
    var call = call
    call.position = position
    call.index = position
    if !keepingProcesses { call.process = position }
    return call
  }
}

/// Seeds of a differential test; a long run asks for more.
func seeds(_ count: Int) -> Range<UInt64> { 0..<UInt64(longRun ?? count) }
