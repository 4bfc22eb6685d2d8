// Every monitor against brute force on random small histories: verdict, order, counterexample.

import Checker
import History
import Support
import Testing

/// What became of a series of random histories.
struct Tally: CustomStringConvertible {
  var verdicts: [Verdict: Int] = [:]
  var refused = 0
  var wrong: [String] = []

  var description: String {
    "\(verdicts[.linearizable, default: 0]) linearizable, \(verdicts[.violation, default: 0]) "
      + "violations, \(refused) refused"
  }

  /// Whether each verdict occurred in at least one of 16 histories judged.
  var isBalanced: Bool {
    let judged = verdicts.values.reduce(0, +)
    return Verdict.allCases.allSatisfy {
      $0 == .unknown || verdicts[$0, default: 0] * 16 >= judged
    }
  }

  static func of<Sample: ModelSample, W: Monitor>(
    _ sample: Sample, _ monitor: W, seeds: Range<UInt64>
  ) -> Tally where W.Data == Sample.M.Data {
    var tally = Tally()
    for seed in seeds {
      var random = SeededGenerator(seed: seed)
      let shape = HistoryShape.small(&random)
      let calls = sample.history(shape, &random)
      switch compare(monitor, sample.model, calls) {
      case .agreed(let verdict): tally.verdicts[verdict, default: 0] += 1
      case .notApplicable: tally.refused += 1
      case .wrong(let why):
        tally.wrong.append("\(W.name), seed \(seed): \(why)\n\(picture(of: calls))")
      }
    }
    return tally
  }
}

@Suite struct MonitorDifferentialTests {
  private let all = seeds(4_000)

  private func check(_ tally: Tally, refusedAtMost share: Double) {
    for wrong in tally.wrong.prefix(5) { Issue.record("\(wrong)") }
    let judged = tally.verdicts.values.reduce(0, +)
    #expect(tally.isBalanced, "\(tally)")
    #expect(Double(tally.refused) <= share * Double(judged + tally.refused), "\(tally)")
  }

  @Test func `register with distinct writes`() {
    let sample = DistinctRegisterSample()
    let monitor = RegisterMonitor(initial: sample.model.initial, swaps: true)
    let tally = Tally.of(sample, monitor, seeds: all)
    print("register monitor:", tally)
    check(tally, refusedAtMost: 0.4)
  }

  @Test func `counter with additions of one amount`() {
    let sample = ConstantCounterSample()
    let tally = Tally.of(sample, CounterMonitor(sample.model.initial), seeds: all)
    print("counter monitor:", tally)
    check(tally, refusedAtMost: 0)
  }

  @Test func `set that only grows`() {
    let sample = GrowingSetSample()
    let tally = Tally.of(sample, SetMonitor(sample.model.initial), seeds: all)
    print("set monitor:", tally)
    check(tally, refusedAtMost: 0)
  }

  @Test func `queue of distinct elements`() {
    let sample = DistinctQueueSample()
    let tally = Tally.of(sample, QueueMonitor(sample.model.initial), seeds: all)
    print("queue monitor:", tally)
    check(tally, refusedAtMost: 0.4)
  }

  @Test func `queue that often runs empty`() {
    let sample = ShortQueueSample()
    let tally = Tally.of(sample, QueueMonitor(sample.model.initial), seeds: all)
    print("queue monitor, short queues:", tally)
    check(tally, refusedAtMost: 0.1)
  }

  @Test(arguments: [0, 1, 2, 4])
  func `coupons, one to a buyer`(coupons: Int) {
    let sample = CampaignSample(coupons: coupons)
    let tally = Tally.of(sample, CouponMonitor(coupons: coupons), seeds: all)
    print("coupon monitor, \(coupons) coupons:", tally)
    check(tally, refusedAtMost: 0)
  }

  @Test(arguments: [0, 8])
  func `baskets told what they left`(silence: Int) {
    let sample = ToldBasketSample(silence: silence)
    let tally = Tally.of(sample, BasketMonitor(sample.model), seeds: all)
    print("basket monitor:", tally)
    check(tally, refusedAtMost: silence == 0 ? 0.1 : 0.7)
  }

  @Test(arguments: [1, 2])
  func `numbered orders of one quantity`(quantity: Int) {
    let sample = RepeatedOrdersSample(quantity: quantity)
    let tally = Tally.of(sample, OrdersMonitor(units: sample.units), seeds: all)
    print("orders monitor, \(quantity) each:", tally)
    check(tally, refusedAtMost: 0.3)
  }

  @Test(arguments: [false, true])
  func `lock without owner`(isHeld: Bool) {
    let tally = Tally.of(LockSample(isHeld: isHeld), MutexMonitor(isHeld: isHeld), seeds: all)
    print("mutex monitor, held at the start \(isHeld):", tally)
    check(tally, refusedAtMost: 0)
  }

  @Test(arguments: [false, true])
  func `reentrant lock with an owner`(isHeld: Bool) {
    let sample = OwnedLockSample(isHeld: isHeld)
    let monitor = OwnerMutexMonitor(heldBy: isHeld ? .int(0) : nil)
    let tally = Tally.of(sample, monitor, seeds: all)
    print("owner-mutex monitor, held at the start \(isHeld):", tally)
    check(tally, refusedAtMost: 0.25)
  }

  @Test func `lock with tokens`() {
    let tally = Tally.of(FencedLockSample(), FencedMutexMonitor(token: 2), seeds: all)
    print("fenced-mutex monitor:", tally)
    check(tally, refusedAtMost: 0.25)
  }
}
