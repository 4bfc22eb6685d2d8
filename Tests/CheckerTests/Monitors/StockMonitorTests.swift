// The stock monitor against brute force, and what it says to people.

import Checker
import History
import Support
import Testing

/// Intervals around moments in order: call `i` may take effect at its own moment.
private func intervals(
  _ count: Int, _ random: inout SeededGenerator
) -> [(start: Int, end: Int)] {
  let width = random.below(8)
  return (0..<count).map { index in
    (2 * index - random.below(width + 1), 2 * index + random.below(width + 1))
  }
}

/// A random history of a stock, honest at first, then spoiled more often than not.
private func stockHistory(_ random: inout SeededGenerator) -> (
  units: Int, calls: [TimedCall<Stock>]
) {
  let quantity = random.once(in: 3) ? 2 + random.below(2) : 1
  let units = random.below(6) * (random.once(in: 2) ? quantity : 1)
  var left = units
  var calls: [TimedCall<Stock>] = []
  for (start, end) in intervals(1 + random.below(7), &random) {
    var call = TimedCall<Stock>(
      call: .take(quantity), reply: .taken, start: start, end: end, process: 0, position: 0)
    if random.once(in: 4) {
      call.call = .read
      call.reply = random.once(in: 8) ? .unread : .value(left)
    } else if left < quantity {
      call.reply = .soldOut
    } else {
      left -= quantity
      call.reply = random.once(in: 2) ? .taken : .left(left)
    }
    if random.once(in: 6) {
      if call.call != .read && random.once(in: 2) && left + quantity <= units { left += quantity }
      call.reply = nil
      call.end = TimedCall<Stock>.open
    }
    if random.once(in: 40) && call.reply == .soldOut { call.call = .take(1 + random.below(4)) }
    calls.append(call)
  }
  for _ in 0..<random.below(3) { spoil(&calls, units, quantity, &random) }
  return (units, timeline(calls))
}

private func spoil(
  _ calls: inout [TimedCall<Stock>], _ units: Int, _ quantity: Int, _ random: inout SeededGenerator
) {
  let index = random.below(calls.count)
  let off = random.once(in: 8) ? 1 : quantity * (random.below(3) - 1)
  switch (random.below(4), calls[index].reply) {
  case (0, .left(let told)): calls[index].reply = .left(told + off)
  case (0, .value(let told)): calls[index].reply = .value(told + off)
  case (0, .taken): calls[index].reply = .soldOut
  case (0, .soldOut): calls[index].reply = .taken
  case (1, _):
    let shift = random.below(9) - 4
    calls[index].start += shift
    if calls[index].end < TimedCall<Stock>.open { calls[index].end += shift }
  case (2, .some): calls[index].end = calls[index].start + random.below(2)
  case (3, nil):
    calls[index].end = calls[index].start + random.below(8)
    calls[index].reply = calls[index].call == .read ? .unread : .taken
  default: break
  }
}

@Suite struct StockMonitorTests {
  @Test func `agrees with brute force on random histories`() {
    var verdicts: [Verdict: Int] = [:]
    var refused = 0
    for seed in seeds(10_000) {
      var random = SeededGenerator(seed: seed)
      let (units, calls) = stockHistory(&random)
      switch compare(StockMonitor(units: units), StockModel(units: units), calls) {
      case .agreed(let verdict): verdicts[verdict, default: 0] += 1
      case .notApplicable: refused += 1
      case .wrong(let why): Issue.record("seed \(seed), units \(units): \(why)\n\(calls)")
      }
    }
    let violations = verdicts[.violation, default: 0]
    let fine = verdicts[.linearizable, default: 0]
    print("stock monitor: \(fine) linearizable, \(violations) violations, all as brute force")
    #expect(refused * 100 < fine, "only a spoiled \"sold out\" of another quantity is refused")
    #expect(violations * 8 > fine && fine * 8 > violations, "the histories are too one-sided")
  }
}
