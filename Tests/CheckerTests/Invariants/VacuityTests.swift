// A run in which too little happened is found out, reason by reason.

import Checker
import History
import Testing

@Suite struct VacuityTests {
  private let expected = Vacuity.Expectation(
    faults: ["client-pause"], sells: true, sellsOut: true)

  private func busy() -> Story {
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, 0)
    story.call(2, "take", from: 3, until: 8, .ok, "sold-out")
    story.event("client-pause", at: 4)
    return story
  }

  @Test func `a run in which all of it happened is not vacuous`() {
    #expect(Vacuity.reasons(in: busy().history, expecting: expected) == [])
  }

  @Test func `an empty run`() {
    #expect(Vacuity.reasons(in: Story().history) == [.empty])
    #expect(
      Vacuity.reasons(in: Story().history, expecting: expected)
        == [.empty, .nothingSold, .neverSoldOut, .faultNeverFired("client-pause")])
  }

  @Test func `a kind of call that never succeeded`() {
    var story = busy()
    story.call(3, "read", from: 9, .info)
    story.call(4, "read", from: 10, until: 11, .fail)
    story.call(5, "restock", 1, from: 10, until: 11, .fail)
    let reasons = Vacuity.reasons(in: story.history, expecting: expected)
    #expect(
      reasons == [.neverOk(function: "read", calls: 2), .neverOk(function: "restock", calls: 1)])
    #expect(
      reasons.map(\.sentence) == [
        "none of 2 calls of read was answered ok",
        "the one call of restock was not answered ok",
      ])
  }

  @Test func `nobody competed`() {
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, 0)
    story.call(2, "take", from: 6, .info)
    story.call(3, "take", from: 7, until: 9, .ok, "sold-out")
    story.call(4, "take", key: item5, from: 8, until: 12, .ok, 3)
    #expect(Vacuity.reasons(in: story.history) == [.noContention])
    let alone = Vacuity.Expectation(contends: false)
    #expect(Vacuity.reasons(in: story.history, expecting: alone) == [])
  }

  @Test func `a fault that strikes when all is sold has shown nothing`() {
    let faulted = Vacuity.Expectation(faults: ["client-pause"], sells: true)
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, 0)
    story.call(2, "take", from: 3, until: 8, .ok, "sold-out")
    story.event("client-pause", at: 6)
    story.call(3, "take", from: 7, until: 9, .ok, "sold-out")
    let late = Vacuity.reasons(in: story.history, expecting: faulted)
    #expect(late == [.faultAfterLastSale("client-pause")])
    #expect(
      late.map(\.sentence) == ["the fault client-pause first struck after the last sale"]
    )
    // Whatever else came of a call after the strike, the fault may have done it.
    for outcome in [Outcome.ok, .fail, .info] {
      var touched = story
      touched.call(4, "take", from: 10, until: outcome == .info ? nil : 11, outcome, 3)
      #expect(Vacuity.reasons(in: touched.history, expecting: faulted) == [])
    }
    var restocked = story
    restocked.call(4, "restock", 1, from: 10, until: 11, .ok, 1)
    #expect(Vacuity.reasons(in: restocked.history, expecting: faulted) == [])
  }

  @Test func `a stock of nothing sells nothing`() {
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, "sold-out")
    story.call(2, "take", from: 3, until: 8, .ok, "sold-out")
    let empty = Vacuity.Expectation(sells: true, isStocked: false)
    let reasons = Vacuity.reasons(in: story.history, expecting: empty)
    #expect(reasons.map(\.sentence) == ["there was nothing to sell: a stock of 0"])
    // What is put in can be sold.
    story.call(3, "restock", 1, from: 9, until: 10, .ok, 1)
    story.call(4, "take", from: 11, until: 12, .ok, 0)
    #expect(Vacuity.reasons(in: story.history, expecting: empty) == [])
  }

  @Test func `nothing sold, nothing sold out, no fault`() {
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, "sold-out")
    story.call(2, "take", from: 3, until: 8, .ok, "sold-out")
    let reasons = Vacuity.reasons(in: story.history, expecting: expected)
    #expect(reasons == [.nothingSold, .faultNeverFired("client-pause")])
    var sold = Story()
    sold.call(1, "take", from: 0, until: 5, .ok, 7)
    sold.call(2, "take", from: 3, until: 8, .ok)
    sold.event("client-pause", at: 4)
    #expect(Vacuity.reasons(in: sold.history, expecting: expected) == [.neverSoldOut])
  }
}
