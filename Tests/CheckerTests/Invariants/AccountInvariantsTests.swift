// Each invariant of account runs with a planted defect it must find, and a clean run it must pass.

import Checker
import History
import Testing

@Suite struct `Account invariants` {
  private let account = Value.string("account-0")

  /// 10 at the start; 6 used, 5 charged, 20 refused; perhaps 2 more used and 3 more charged.
  private func story() -> Story {
    var story = Story()
    story.call(1, "use", key: account, 6, from: 0, until: 5, .ok, 4)
    story.call(2, "charge", key: account, 5, from: 1, until: 6, .ok)
    story.call(3, "use", key: account, 20, from: 2, until: 7, .ok, "insufficient")
    story.call(4, "use", key: account, 2, from: 7, .info)
    story.call(5, "charge", key: account, 3, from: 7, .info)
    story.call(6, "use", key: account, 1, from: 8, until: 9, .fail)
    story.call(7, "read", key: account, from: 10, until: 12, .ok, 9)
    return story
  }

  private func findings(_ story: Story, initial: Int = 10, final: Int) throws -> [AccountFinding] {
    try AccountInvariants.findings(
      in: story.history, against: [AccountTruth(key: account, initial: initial, final: final)])
  }

  @Test func `a clean run breaks nothing, whatever became of the indeterminate calls`() throws {
    for final in 5...14 {
      #expect(try findings(story(), final: final).isEmpty == (7...12).contains(final))
    }
  }

  @Test func `money that appeared or vanished`() throws {
    let found = try findings(story(), final: 13)
    #expect(found == [.notConserved(key: account, balance: 13, possible: 7...12)])
    #expect(
      found.map(\.sentence) == ["account-0 ended with 13, but its calls leave between 7 and 12"])
  }

  @Test func `more used than there was`() throws {
    var story = Story()
    story.call(1, "use", key: account, 6, from: 0, until: 5, .ok, 4)
    story.call(2, "use", key: account, 6, from: 0, until: 5, .ok, 4)
    let found = try findings(story, final: 4)
    #expect(
      found == [
        .overdrawn(key: account, used: 12, had: 10),
        .notConserved(key: account, balance: 4, possible: -2 ... -2),
      ])
    #expect(
      found[0].sentence == "account-0 was overdrawn: 12 was used, but there was only 10")
  }

  @Test func `a balance below zero, told or stored`() throws {
    var story = Story()
    story.call(1, "use", key: account, 11, from: 0, until: 5, .ok, -1)
    let found = try findings(story, final: -1)
    #expect(found.contains(.toldNegative(key: account, balance: -1, operation: 0)))
    #expect(found.contains(.endedNegative(key: account, balance: -1)))
    #expect(found.contains(.overdrawn(key: account, used: 11, had: 10)))
  }
}
