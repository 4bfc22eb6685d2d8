// The general engine on histories too long for brute force, at its limits, and what it says when
// it fails.

import Checker
import History
import Support
import Testing

/// A history of one stock, sold one by one without overlap but for the given number of clients.
private func sale(_ count: Int, clients: Int) -> [TimedCall<Stock>] {
  (0..<count).map { index in
    TimedCall(
      call: .take(1), reply: .left(count - 1 - index), start: 2 * (index / clients) * clients,
      end: 2 * (index / clients) * clients + 1, process: index % clients, position: index)
  }
}

@Suite struct `The search at length` {
  @Test(arguments: modelSamples)
  func `reductions agree on longer histories`(_ sample: any ModelSample) {
    compare(sample)
  }

  private func compare<Sample: ModelSample>(_ sample: Sample) {
    for seed in 0..<UInt64(longRun.map { $0 / 100 } ?? 20) {
      var random = SeededGenerator(seed: seed &+ 1 << 40)
      let shape = HistoryShape(
        operations: 8 + random.below(16), clients: 2 + random.below(4),
        indeterminate: [0, 5, 10][random.below(3)], wrong: random.below(2))
      let calls = sample.history(shape, &random)
      let story = "\(sample) seed \(seed)\n\(picture(of: calls))"
      let budget = Budget(configurations: 3000)
      let result = search(calls, model: sample.model, budget: budget)
      guard result.verdict != .unknown else { continue }
      if let order = result.order {
        #expect(isLinearization(order, of: calls, model: sample.model), "\(story)")
      }
      for (name, reduction) in Reductions.named {
        let other = search(
          calls, model: sample.model, reductions: .all.subtracting(reduction),
          budget: budget,
          tuning: Tuning(shortestStretch: 3, relaxedAfter: 1))
        guard other.verdict != .unknown else { continue }
        #expect(other.verdict == result.verdict, "without \(name): \(story)")
      }
    }
  }

  @Test func `twenty thousand operations need no stack and little memory`() {
    let result = search(sale(20_000, clients: 4), model: StockModel(units: 20_000))
    #expect(result.verdict == .linearizable)
    #expect(result.order?.count == 20_000)
    #expect(result.effort.bytes < 20 << 20)
  }

  @Test func `an open call doesn't stretch the configurations`() {
    var calls = sale(4000, clients: 1)
    calls.append(
      TimedCall(call: .read, reply: .value(0), start: 0, end: 100_000, process: 9, position: 4000)
    )
    let result = search(calls, model: StockModel(units: 4000))
    #expect(result.verdict == .linearizable)
    #expect(result.effort.bytes < 4 << 20)
  }

  @Test func `a budget of no bytes is unknown, and says what was proven`() throws {
    var calls = sale(2000, clients: 2)
    calls[1999].reply = .left(1500)
    for budget in [Budget(bytes: 0), Budget(configurations: 500), Budget(shouldStop: { true })] {
      let result = search(calls, model: StockModel(units: 2000), budget: budget)
      #expect(result.verdict == .unknown)
      #expect(result.limit != nil && result.order == nil)
      #expect(try #require(result.stuck).explained < 2000)
    }
    let entry = try #require(ModelCatalogue["stock"])
    let judgement = try entry.judge(pictures[0].lines, initial: .int(2))
    #expect(judgement.unknown == nil)
  }

  @Test func `a violation names the reply that nothing explains`() throws {
    var calls = sale(1000, clients: 1)
    calls[700].reply = .left(5)
    let result = search(
      calls, model: StockModel(units: 1000), reductions: .all.subtracting(.levels))
    let stuck = try #require(result.stuck)
    #expect(result.verdict == .violation)
    #expect(stuck.call == 700 && stuck.explained == 700 && stuck.states == [300])
  }

  @Test func `nothing at all, and nothing but indeterminate calls, is linearizable`() {
    #expect(search([], model: StockModel(units: 1)).order == [])
    let open = TimedCall<Stock>(
      call: .take(1), reply: nil, start: 0, end: TimedCall<Stock>.open, process: 0, position: 0)
    #expect(search([open], model: StockModel(units: 1)).verdict == .linearizable)
  }

  @Test func `a read of what was never written ends a search that would not end`() {
    // 40 open writes of 40 values: 2^40 configurations, but none of them has the value 99.
    var calls = (0..<40).map { index in
      TimedCall<Register>(
        call: .cas(from: .int(index % 7), to: .int(index % 5)), reply: .swapped, start: index,
        end: 1000 + index, process: index, position: index)
    }
    calls.append(
      TimedCall(
        call: .read, reply: .value(.int(99)), start: 50, end: 60, process: 50, position: 40))
    let result = search(
      calls, model: CASRegisterModel(initial: .int(0)), budget: Budget(configurations: 200_000))
    #expect(result.verdict == .violation)
  }
}
