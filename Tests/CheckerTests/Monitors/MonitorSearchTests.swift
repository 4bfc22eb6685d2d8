// Every monitor against the general engine, on histories too long for brute force.

import Checker
import History
import Support
import Testing

@Suite struct MonitorSearchTests {
  /// Distinct values run out in long histories, so only some lengths suit each sample.
  private func compare<Sample: ModelSample, W: Monitor>(
    _ sample: Sample, _ monitor: W, operations: Int
  ) where W.Data == Sample.M.Data {
    var judged = 0
    for seed in seeds(300) {
      var random = SeededGenerator(seed: seed)
      let shape = HistoryShape(
        operations: operations, clients: 2 + random.below(4),
        indeterminate: [0, 4, 8][random.below(3)], wrong: random.below(3))
      let calls = sample.history(shape, &random)
      guard let judgement = try? monitor.judge(calls, key: nil) else { continue }
      let searched = search(calls, model: sample.model)
      judged += 1
      #expect(judgement.verdict == searched.verdict, "seed \(seed)\n\(picture(of: calls))")
      if let order = judgement.order {
        #expect(isLinearization(order, of: calls, model: sample.model), "seed \(seed)")
      } else if let example = judgement.counterexample {
        let weak = weakened(calls, keeping: example.operations, model: sample.model)
        #expect(search(weak, model: sample.model).verdict == .violation, "seed \(seed)")
      }
    }
    #expect(judged >= 30, "\(W.name) judged only \(judged)")
  }

  @Test func `stock`() {
    compare(UnitStockSample(), StockMonitor(units: 12), operations: 24)
  }

  @Test func `counter`() {
    compare(ConstantCounterSample(), CounterMonitor(5), operations: 16)
  }

  @Test func `register`() {
    compare(
      DistinctRegisterSample(), RegisterMonitor(initial: .int(0), swaps: true), operations: 10)
  }

  @Test func `set`() {
    compare(GrowingSetSample(), SetMonitor([.int(0)]), operations: 24)
  }

  @Test func `queue`() {
    compare(DistinctQueueSample(), QueueMonitor([.int(10), .int(11)]), operations: 10)
  }

  @Test func `queue that often runs empty`() {
    compare(ShortQueueSample(), QueueMonitor([]), operations: 20)
  }

  @Test func `lock without owner`() {
    compare(LockSample(isHeld: false), MutexMonitor(isHeld: false), operations: 24)
  }

  @Test func `reentrant lock with an owner`() {
    compare(OwnedLockSample(isHeld: false), OwnerMutexMonitor(heldBy: nil), operations: 24)
  }

  @Test func `lock with tokens`() {
    compare(FencedLockSample(), FencedMutexMonitor(token: 2), operations: 24)
  }
}
