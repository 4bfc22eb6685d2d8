// Counterexamples: what is kept in full is enough, and none of it is too much.

import Checker
import History
import Support
import Testing

@Suite struct `Shrinking` {
  @Test(arguments: modelSamples)
  func `what is kept in full still is a violation, and less is not`(_ sample: any ModelSample) {
    shrink(sample)
  }

  private func shrink<Sample: ModelSample>(_ sample: Sample) {
    var shrunk = 0
    for seed in 0..<UInt64(longRun ?? 400) {
      var random = SeededGenerator(seed: seed &+ 1 << 41)
      let shape = HistoryShape(
        operations: 4 + random.below(5), clients: 3, indeterminate: 6, wrong: 1 + random.below(2))
      let calls = sample.history(shape, &random)
      guard let full = smallestViolation(calls, model: sample.model) else {
        #expect(isLinearizable(calls, model: sample.model))
        continue
      }
      shrunk += 1
      let story = "\(sample) seed \(seed), keeping \(full)\n\(picture(of: calls))"
      let kept = weaken(calls, keeping: full, model: sample.model)
      #expect(!isLinearizable(kept, model: sample.model), "\(story)")
      for index in full where full.count > 1 {
        let less = weaken(calls, keeping: full.filter { $0 != index }, model: sample.model)
        #expect(isLinearizable(less, model: sample.model), "without \(index): \(story)")
      }
    }
    #expect(shrunk > 5)
  }

  @Test func `two sales of the last unit are found among thousands of operations`() throws {
    let count = 3000
    var calls = (0..<count).map { index in
      TimedCall<Stock>(
        call: .take(1), reply: .left(count - 1 - index), start: 2 * index, end: 2 * index + 5,
        process: index % 4, position: index)
    }
    calls[2400].reply = calls[1200].reply
    let full = try #require(smallestViolation(calls, model: StockModel(units: count)))
    #expect(full.count <= 2)
    #expect(full.contains(2400))
  }

  @Test func `a counterexample says what can't be, and after what`() throws {
    let entry = try #require(ModelCatalogue["register"])
    let judgement = try entry.judge(
      """
      p0 |-write 3→3-| |-write 4→4-|
      p1                              |-read→4-| |-read→3-|
      p2      |-write 5→?
      """, initial: .int(0))
    let counterexample = try #require(judgement.counterexample)
    #expect(counterexample.reasons.contains { $0.contains("had its reply before") })
    #expect(counterexample.headline.contains("read"))
    #expect(counterexample.headline.contains("3"))
    #expect(counterexample.weakened == 5 - counterexample.operations.count)
  }
}

/// The oracle's own weakening, written from its definition.
private func weaken<M: Model>(
  _ calls: [TimedCall<M.Data>], keeping full: [Int], model: M
) -> [TimedCall<M.Data>] {
  let limit = full.map { calls[$0].end }.max() ?? -1
  return calls.enumerated().compactMap { index, call in
    if call.start > limit { return nil }
    if full.contains(index) { return call }
    if model.isPureRead(call.call, call.reply) { return nil }
    var open = call
    open.reply = nil
    open.end = TimedCall<M.Data>.open
    return open
  }
}
