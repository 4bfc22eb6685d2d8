// Each invariant of coupon runs with a planted defect it must find, and a clean run it must pass.

import Checker
import History
import Testing

@Suite struct `Coupon invariants` {
  private let campaign = Value.string("campaign-0")

  private func claim(
    _ story: inout Story, _ process: Int, _ buyer: String, from: Int, until: Int?,
    _ outcome: Outcome = .ok, _ output: (any Written)? = nil
  ) {
    story.call(
      process, "claim", key: campaign, buyer, from: from, until: until, outcome, output)
  }

  /// Three coupons: u1 and u2 have one, u1 asked again, u3's claim is open, u4's failed.
  private func story() -> Story {
    var story = Story()
    claim(&story, 1, "u1", from: 0, until: 5)
    claim(&story, 2, "u2", from: 1, until: 6, .ok, 1)
    claim(&story, 3, "u1", from: 6, until: 8, .ok, "already")
    claim(&story, 4, "u3", from: 7, until: nil, .info)
    claim(&story, 5, "u4", from: 8, until: 9, .fail)
    return story
  }

  private func findings(
    _ story: Story, coupons: Int = 3, left: Int
  ) throws -> [CouponFinding] {
    try CouponInvariants.findings(
      in: story.history,
      against: StockTruth(items: [
        StockTruth.Item(key: campaign, initial: coupons, final: ["the store": left])
      ]))
  }

  @Test func `a clean run breaks nothing, whatever became of the open claim`() throws {
    for left in -1...3 {
      #expect(try findings(story(), left: left).isEmpty == (0...1).contains(left), "\(left)")
    }
  }

  @Test func `coupons that appeared or vanished`() throws {
    let found = try findings(story(), left: 3)
    #expect(found == [.notConserved(key: campaign, gone: 0, given: 2...3)])
    #expect(
      found.map(\.sentence) == [
        "0 coupons of campaign-0 went from the store, but between 2 and 3 were given to buyers"
      ])
  }

  @Test func `one whose buyer heard of it only later counts`() throws {
    var story = Story()
    claim(&story, 1, "u1", from: 0, until: nil, .info)
    claim(&story, 2, "u1", from: 3, until: 4, .ok, "already")
    #expect(try findings(story, left: 2) == [])
  }

  @Test func `more given than there were`() throws {
    let found = try findings(story(), coupons: 1, left: -1)
    #expect(
      found.contains(.overissued(key: campaign, given: 2, coupons: 1, operations: [1])))
    #expect(found.contains(.endedNegative(key: campaign, left: -1)))
    #expect(found[0].sentence == "campaign-0 gave out 2 coupons, but there was only 1")
    #expect(found.couponsOverissued == 1)
  }

  @Test func `two for one buyer`() throws {
    var story = story()
    claim(&story, 6, "u2", from: 10, until: 12)
    let found = try findings(story, coupons: 5, left: 3)
    #expect(
      found == [
        .twice(key: campaign, buyer: "u2".value, operations: [1, 5])
      ])
    #expect(found[0].sentence == "buyer u2 got 2 coupons of campaign-0")
  }

  @Test func `refused, and some are left`() throws {
    var story = story()
    claim(&story, 6, "u7", from: 10, until: 12, .ok, "sold-out")
    let found = try findings(story, left: 1)
    #expect(found == [.refused(key: campaign, left: 1, operations: [5])])
    #expect(
      found[0].sentence == "a buyer of campaign-0 heard \"sold out\", and 1 is left at the end")
  }
}
