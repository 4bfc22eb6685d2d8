// What the stock monitor tells people: for each kind of conflict the calls it picks and its words.

import Checker
import History
import Support
import Testing

private func take(
  _ process: Int, _ start: Int, _ end: Int, _ reply: Stock.Reply?, of units: Int = 1
) -> TimedCall<Stock> {
  TimedCall(
    call: .take(units), reply: reply, start: start, end: reply == nil ? Int.max : end,
    process: process, position: 0)
}

private func read(_ process: Int, _ start: Int, _ end: Int, _ left: Int) -> TimedCall<Stock> {
  TimedCall(
    call: .read, reply: .value(left), start: start, end: end, process: process, position: 0)
}

/// A violation, the processes that show it, and how it is told.
struct Told: Sendable, CustomTestStringConvertible {
  var name: String
  var units: Int
  var calls: [TimedCall<Stock>]
  var shownBy: [Int]
  var headline: String
  var reasons: [String]

  var testDescription: String { name }

  static let catalogue: [Told] = [
    Told(
      name: "two buyers told the same", units: 100,
      calls: [
        take(1, 0, 5, .left(99)), take(3, 6, 20, .left(98)), take(11, 8, 22, .left(98)),
        take(4, 30, 31, nil),
      ],
      shownBy: [3, 11], headline: "two takes were both told 98 left: p3 and p11",
      reasons: [
        "A take lowers the stock by 1, and nothing raises it, so only one take can leave 98."
      ]),
    Told(
      name: "a stale read", units: 41,
      calls: [take(7, 0, 5, .left(40)), take(8, 0, 9, nil), read(3, 6, 8, 41)],
      shownBy: [7, 3], headline: "p3 read 41 after p7 had been told 40 left",
      reasons: [
        "p7 had its answer before p3 called.",
        "At most 40 were left; nothing raises the stock, so p3 can't have found 41.",
      ]),
    Told(
      name: "sold out, then one more", units: 1,
      calls: [take(1, 0, 9, nil), take(7, 1, 3, .soldOut), take(3, 6, 8, .left(0))],
      shownBy: [7, 3], headline: "p3 was told 0 left after p7 had been told \"sold out\"",
      reasons: [
        "p7 had its answer before p3 called.",
        "At most 0 were left; nothing raises the stock, so p3 can't have found 1 to take 1 from.",
      ]),
    Told(
      name: "sold out too early", units: 3,
      calls: [take(1, 0, 2, .taken), take(2, 0, 2, .taken), take(7, 3, 4, .soldOut)],
      shownBy: [7],
      headline: "p7 was told \"sold out\", which needs 3 takes before it, but only 2 can have "
        + "happened by then",
      reasons: [
        "At most 0 were left: 3 takes of 1 must have happened before it was answered.",
        "Only 2 takes had been called by then.",
      ]),
    Told(
      name: "sold out while another was told there is more", units: 3,
      calls: [
        take(1, 0, 2, .taken), take(2, 2, 9, .left(0)), take(7, 3, 4, .left(1)),
        take(8, 5, 6, .taken),
      ],
      shownBy: [2, 7, 8],
      headline: "oversold: 2 takes were ok after p7 had been told 1 left, which is enough for 1",
      reasons: []),
    Told(
      name: "told what no take can leave", units: 100,
      calls: [take(1, 0, 2, .left(95), of: 10)], shownBy: [1],
      headline: "p1 was told 95 left, which no stock of 100 can answer",
      reasons: [
        "The stock starts with 100 and every take is of 10, and is never restocked; that many are "
          + "never left."
      ]),
    Told(
      name: "below zero", units: 1, calls: [take(1, 0, 2, .left(-1))], shownBy: [1],
      headline: "p1 was told -1 left, which no stock of 1 can answer",
      reasons: ["The stock starts with 1, and is never restocked; it can't go below 0."]),
    Told(
      name: "oversold", units: 2,
      calls: [take(1, 0, 9, .taken), take(2, 0, 9, .taken), take(3, 0, 9, .taken)],
      shownBy: [1, 2, 3],
      headline: "oversold: 3 takes were ok, but 2 in stock are enough for 2",
      reasons: [
        "The stock starts with 2.",
        "3 takes of 1 (p1, p2 and p3) happened, but there is room for 2.",
      ]),
    Told(
      name: "a take that took nothing", units: 9,
      calls: [read(7, 0, 1, 9), take(5, 2, 3, .taken), read(3, 4, 5, 9)], shownBy: [5, 3],
      headline: "p5's take was ok before p3 read 9, but nothing had gone by then",
      reasons: []),
    Told(
      name: "a take between two reads", units: 9,
      calls: [
        take(1, 0, 1, .left(8)), take(5, 2, 3, .taken), read(3, 4, 5, 8), take(6, 6, 7, nil),
      ],
      shownBy: [1, 5, 3],
      headline: "p5's take was ok between p1 being told 8 left and p3 reading 8, but nothing went",
      reasons: []),
    Told(
      name: "a read of what too few takes can have left", units: 10,
      calls: [take(1, 0, 1, .left(9)), read(2, 2, 3, 8), take(3, 4, 5, .taken)], shownBy: [2],
      headline: "p2 read 8, which needs 2 takes before it, but only 1 can have happened by then",
      reasons: []),
    Told(
      name: "a read of what only later takes can have left", units: 10,
      calls: [take(1, 0, 9, .left(8)), read(2, 2, 3, 9), take(3, 5, 6, .taken)], shownBy: [1, 2],
      headline: "p2 read 9, which needs 1 take before it, but none can have happened by then",
      reasons: [
        "At most 9 were left: 1 take of 1 must have happened before it was answered.",
        "1 take had been called by then, but one of them came later: p1 was told 8 left.",
      ]),
  ]
}

@Suite struct StockSentenceTests {
  @Test(arguments: Told.catalogue)
  func `tells a violation by few calls, in plain words`(_ told: Told) throws {
    let calls = timeline(told.calls, keepingProcesses: true)
    let judgement = try StockMonitor(units: told.units).judge(calls, key: .string("item-4"))
    let example = try #require(judgement.counterexample)
    let shown = example.operations.map { calls[$0].process }
    #expect(judgement.verdict == .violation)
    #expect(shown == told.shownBy)
    #expect(example.headline == told.headline)
    if !told.reasons.isEmpty { #expect(example.reasons == told.reasons) }
    #expect(example.weakened == calls.count - shown.count)
    let model = StockModel(units: told.units)
    let weak = weakened(calls, keeping: example.operations, model: model)
    #expect(!isLinearizable(weak, model: model))
  }

  @Test func `refuses what its levels can't hold, and says why`() {
    let restocked = TimedCall<Stock>(
      call: .restock(3), reply: .restocked, start: 0, end: 1, process: 0, position: 0)
    #expect(throws: NotApplicable("the stock is restocked")) {
      try StockMonitor(units: 1).judge([restocked], key: nil)
    }
    let mixed = [take(1, 0, 1, .left(1), of: 2), take(2, 0, 1, .left(0), of: 1)]
    #expect(throws: NotApplicable("some takes are of 2 and some of 1 units")) {
      try StockMonitor(units: 3).judge(mixed, key: nil)
    }
  }

  @Test func `a huge stock costs no memory, and numbers out of range don't overflow`() throws {
    let units = Int.max
    for left in [Int.min, -1, 0, 1, units - 1, units] {
      let calls = timeline([take(1, 0, 1, .left(left)), read(2, 2, 3, left), take(3, 4, 5, .taken)])
      let judgement = try StockMonitor(units: units).judge(calls, key: nil)
      #expect(judgement.verdict == (left == units - 1 ? .linearizable : .violation))
      #expect(judgement.effort.bytes < 10_000)
    }
  }

  @Test func `an empty history is linearizable`() throws {
    let judgement = try StockMonitor(units: 0).judge([], key: nil)
    #expect(judgement.verdict == .linearizable)
    #expect(judgement.order == [])
  }
}
