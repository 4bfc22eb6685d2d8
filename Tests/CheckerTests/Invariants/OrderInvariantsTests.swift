// The invariants of numbered orders: a number counts once, however often it was sent.

import Checker
import History
import Testing

@Suite struct `Order invariants` {
  private func order(_ id: String, _ units: Int) -> Value {
    .map([
      Value.Entry(.string("id"), .string(id)), Value.Entry(.string("units"), .int(units)),
    ])
  }

  /// 10 units: o1 took 3, sent three times; o2 was refused; of o3's 2 nobody knows; o4 took 1 though its
  /// first call was not answered.
  private func story() -> Story {
    var story = Story()
    story.call(1, "order", order("o1", 3), from: 0, until: 5)
    story.call(2, "order", order("o1", 3), from: 1, until: 6, .ok, 7)
    story.call(3, "order", order("o1", 3), from: 2, .info)
    story.call(4, "order", order("o2", 50), from: 3, until: 7, .ok, "sold-out")
    story.call(5, "order", order("o3", 2), from: 4, .info)
    story.call(6, "order", order("o4", 1), from: 4, .info)
    story.call(7, "order", order("o4", 1), from: 8, until: 9)
    return story
  }

  private func findings(_ story: Story, units: Int = 10, left: Int) throws -> [StockFinding] {
    try OrderInvariants.findings(
      in: story.history,
      against: StockTruth(items: [
        StockTruth.Item(key: item4, initial: units, final: ["the store": left])
      ]))
  }

  @Test func `a clean run breaks nothing, whatever became of the open order`() throws {
    for left in 2...8 {
      #expect(try findings(story(), left: left).isEmpty == [4, 5, 6].contains(left), "\(left)")
    }
  }

  @Test func `an order that took twice shows in the store`() throws {
    #expect(
      try findings(story(), left: 1) == [
        .notConserved(key: item4, store: "the store", gone: 9...9, sold: 4...6)
      ])
  }

  @Test func `more ordered than there was`() throws {
    let found = try findings(story(), units: 3, left: -1)
    #expect(found.first == .oversold(key: item4, sold: 4, units: 3, operations: [6]))
  }
}
