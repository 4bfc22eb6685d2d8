// Each invariant of stock runs with a planted defect it must find, and a clean run it must pass.

import Checker
import History
import Testing

@Suite struct StockInvariantsTests {
  /// Three sold of 10, one more perhaps, one refused; the stores agree that it was four.
  private func clean() -> (story: Story, truth: StockTruth) {
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, 9)
    story.call(2, "take", from: 1, until: 6, .ok, 8)
    story.call(3, "take", from: 2, .info)
    story.call(4, "take", from: 7, until: 8, .fail)
    story.call(5, "take", from: 7, until: 9, .ok)
    story.call(5, "read", from: 10, until: 12, .ok, 6)
    let item = StockTruth.Item(
      key: item4, initial: 10, final: ["redis": 6, "postgres": 6], ordered: ["postgres": 4])
    return (story, StockTruth(items: [item]))
  }

  @Test func `a clean run breaks nothing`() throws {
    let (story, truth) = clean()
    #expect(try StockInvariants.findings(in: story.history, against: truth) == [])
  }

  @Test func `an indeterminate take may or may not have sold`() throws {
    var (story, truth) = clean()
    for sold in 2...5 {
      truth.items[0].final = ["redis": 10 - sold]
      truth.items[0].ordered = ["postgres": sold]
      let found = try StockInvariants.findings(in: story.history, against: truth)
      #expect(found.isEmpty == (3...4).contains(sold))
    }
    story.call(6, "restock", 2, from: 13, .info)
    truth.items[0].final = ["redis": 8]
    truth.items[0].ordered = [:]
    #expect(try StockInvariants.findings(in: story.history, against: truth) == [])
  }

  @Test func `more sold than there was`() throws {
    var (story, truth) = clean()
    truth.items[0] = StockTruth.Item(key: item4, initial: 2)
    story.call(6, "take", from: 20, until: 25, .ok)
    let found = try StockInvariants.findings(in: story.history, against: truth)
    #expect(found == [.oversold(key: item4, sold: 4, units: 2, operations: [4, 6])])
    #expect(
      found.map(\.sentence) == ["item-4 was oversold: 4 units were sold, but there were only 2"])
    #expect(found.map(\.operations) == [[4, 6]])
    truth.items[0].restocked = 2
    #expect(try StockInvariants.findings(in: story.history, against: truth) == [])
  }

  @Test func `units oversold are the most that any finding of an item shows`() {
    let findings: [StockFinding] = [
      .oversold(key: item4, sold: 9, units: 7, operations: []),
      .notConserved(key: item4, store: "redis", gone: 3...4, sold: 9...10),
      .notConserved(key: nil, store: "redis", gone: 8...8, sold: 5...5),
      .endedNegative(key: nil, store: "redis", left: -2),
      .oversold(key: nil, sold: 6, units: 5, operations: []),
    ]
    #expect(findings.unitsOversold == 5 + 1)
    #expect([StockFinding]().unitsOversold == 0)
  }

  @Test func `a stock below zero, told or stored`() throws {
    var (story, truth) = clean()
    story.call(6, "read", from: 20, until: 25, .ok, -1)
    truth.items[0].final["redis"] = -1
    let found = try StockInvariants.findings(in: story.history, against: truth)
    #expect(
      found == [
        .endedNegative(key: item4, store: "redis", left: -1),
        .notConserved(key: item4, store: "redis", gone: 11...11, sold: 3...4),
        .toldNegative(key: item4, left: -1, operation: 6),
      ])
    #expect(
      found.map(\.sentence) == [
        "redis ended with -1 units of item-4",
        "11 units of item-4 went from redis, but between 3 and 4 units were sold",
        "a client was told that -1 units of item-4 were left",
      ])
  }

  @Test func `two buyers told the same`() throws {
    var (story, truth) = clean()
    story.call(6, "take", from: 0, until: 4, .ok, 8)
    truth.items = []
    let found = try StockInvariants.findings(in: story.history, against: truth)
    #expect(found == [.duplicateRemaining(key: item4, left: 8, operations: [1, 2])])
    #expect(found.map(\.sentence) == ["2 buyers of item-4 were told \"8 left\""])
    story.call(7, "restock", 1, from: 4, until: 5)
    #expect(try StockInvariants.findings(in: story.history, against: truth) == [])
  }

  @Test func `order rows that are not the sales`() throws {
    var (story, truth) = clean()
    truth.items[0].ordered["search"] = 2
    let found = try StockInvariants.findings(in: story.history, against: truth)
    #expect(
      found == [.ordersDiffer(key: item4, store: "search", ordered: 2, sold: 3...4)])
    #expect(
      found.map(\.sentence) == [
        "search has orders for 2 units of item-4, but between 3 and 4 units were sold"
      ])
    story.call(9, "take", key: item5, from: 30, until: 31)
    truth.items = [StockTruth.Item(key: item5, initial: 5, ordered: ["postgres": 0])]
    #expect(try StockInvariants.findings(in: story.history, against: truth).count == 1)
  }

  @Test func `an item that nobody called must be as it was`() throws {
    let item9 = Value.string("item-9")
    let truth = StockTruth(items: [StockTruth.Item(key: item9, initial: 5, final: ["redis": 4])])
    let found = try StockInvariants.findings(in: Story().history, against: truth)
    #expect(
      found == [.notConserved(key: item9, store: "redis", gone: 1...1, sold: 0...0)])
  }

  @Test func `numbers at the end of the range don't overflow`() throws {
    var story = Story()
    story.call(1, "restock", 100_000_000_000, from: 0, until: 1)
    let item = StockTruth.Item(key: item4, initial: .max, final: ["redis": .min])
    let found = try StockInvariants.findings(
      in: story.history, against: StockTruth(items: [item]))
    #expect(found.map(\.invariant) == ["negative stock", "not conserved"])
  }

  @Test func `a call that is none of a stock's is refused with its line`() {
    var story = Story()
    story.call(1, "enqueue", from: 0, until: 1)
    #expect(throws: Undecodable.self) {
      try StockInvariants.findings(in: story.history, against: StockTruth(items: []))
    }
  }
}
