// From the events of a run to its holds and waits: planted overlaps are found, disjoint holds not.

import Checker
import History
import Testing

private let ms: Int64 = 1_000_000

/// Events of locks, times in ms.
private struct LockStory {
  private var events: [Event] = []
  private var operations: [Operation] = []

  var history: History { History(operations: operations, events: events) }
  var log: LockLog { LockLog(of: history) }

  mutating func call(
    _ process: Int, from: Int64, until: Int64, _ function: String = "take",
    _ outcome: Outcome = .ok
  ) {
    operations.append(
      Operation(
        process: process, function: function, key: .string("item-0"), outcome: outcome,
        call: moment(from), reply: moment(until)))
  }

  mutating func note(
    _ what: String, _ process: Int, at time: Int64, key: String = "item-0",
    _ values: KeyValuePairs<String, Int64> = [:]
  ) {
    let entries = values.map { name, value in
      // Leases are in ms as they are, times in ns.
      Value.Entry(.string(name), .int(Int(name == "lease" ? value : value * ms)))
    }
    events.append(
      Event(
        process: "lock", function: what, key: .string(key),
        value: .map([.init(.string("process"), .int(process))] + entries), moment: moment(time)))
  }

  private func moment(_ time: Int64) -> Moment {
    Moment(rank: Int(time), index: 0, time: time * ms)
  }
}

@Suite struct LockLogTests {
  @Test func `a lock that nobody ever waited for has shown nothing`() {
    var story = LockStory()
    story.call(1, from: 0, until: 30)
    story.note("granted", 1, at: 10, ["called": 5, "asked": 9, "lease": 100])
    // Readers ask for no lock.
    story.call(3, from: 8, until: 15, "read")
    story.note("released", 1, at: 20)
    // Called before the other's reply, and after its release.
    story.call(2, from: 25, until: 60)
    story.note("granted", 2, at: 40, ["called": 35, "asked": 39, "lease": 100])
    story.note("released", 2, at: 50)
    #expect(
      Vacuity.reasons(in: story.history, locks: story.log).map(\.sentence)
        == ["nobody ever asked for a lock while another held it"])
    #expect(
      Vacuity.reasons(
        in: story.history, expecting: Vacuity.Expectation(contends: false), locks: story.log) == [])
    // One that was turned away did ask.
    for outcome in [Outcome.ok, .fail] {
      var asked = story
      asked.call(4, from: 45, until: 47, "take", outcome)
      #expect(Vacuity.reasons(in: asked.history, locks: asked.log) == [])
    }
  }

  @Test func `holds one after the other, or of other items, don't overlap`() {
    var story = LockStory()
    story.note("granted", 1, at: 10, ["called": 5, "asked": 9, "lease": 100])
    story.note("granted", 3, at: 12, key: "item-1", ["called": 5, "asked": 9, "lease": 100])
    story.note("released", 1, at: 20)
    story.note("granted", 2, at: 20, ["called": 6, "queued": 8, "asked": 19, "lease": 100])
    story.note("released", 2, at: 30)
    story.note("released", 3, at: 40, key: "item-1")
    #expect(story.log.holds.map(\.until) == [20 * ms, 40 * ms, 30 * ms])
    #expect(story.log.overlaps.isEmpty && story.log.validOverlaps.isEmpty)
  }

  @Test func `an owner that went on past its lease is told, and held no valid lock`() throws {
    var story = LockStory()
    story.call(3, from: 0, until: 500)
    story.call(11, from: 150, until: 300)
    story.note("granted", 3, at: 10, ["called": 5, "asked": 9, "lease": 191])
    story.note("granted", 11, at: 212, ["called": 150, "asked": 211, "lease": 191])
    story.note("released", 11, at: 250)
    story.note("released", 3, at: 412)
    let overlap = try #require(story.log.overlaps.first)
    #expect(
      overlap.sentence
        == "p3 and p11 held item-0 at once for 38 ms; "
        + "p3's lease had run out 12 ms before p11 got it")
    #expect([overlap.first.operation, overlap.second.operation] == [0, 1])
    #expect(story.log.validOverlaps.isEmpty)
  }

  @Test func `two valid holders are told whether the lock has a lease or not`() {
    for lease in [Int64?.none, 1000] {
      var story = LockStory()
      let values: KeyValuePairs<String, Int64> =
        lease.map { ["called": 0, "asked": 0, "lease": $0] } ?? ["called": 0]
      story.note("granted", 1, at: 10, values)
      story.note("granted", 2, at: 12, values)
      story.note("released", 1, at: 15)
      story.note("released", 2, at: 16)
      #expect(story.log.validOverlaps.map(\.duration) == [.milliseconds(3)])
    }
  }

  @Test func `a renewal makes a lease last`() {
    var story = LockStory()
    story.note("granted", 1, at: 10, ["called": 5, "asked": 9, "lease": 30])
    story.note("renewed", 1, at: 20, ["asked": 19, "lease": 30])
    story.note("released", 1, at: 48)
    story.note("granted", 2, at: 47, ["called": 5, "asked": 46, "lease": 30])
    story.note("released", 2, at: 60)
    #expect(story.log.holds.first?.lease == 49 * ms)
    #expect(story.log.validOverlaps.map(\.duration) == [.milliseconds(1)])
  }

  @Test func `a hold whose end nobody noted is not taken to last`() {
    var story = LockStory()
    story.note("granted", 1, at: 10, ["called": 5, "asked": 9, "lease": 1000])
    story.note("granted", 2, at: 12, ["called": 5, "asked": 11, "lease": 1000])
    story.note("released", 2, at: 20)
    #expect(story.log.overlaps.isEmpty)
  }

  @Test func `who waits stands in line from its first refusal`() {
    var story = LockStory()
    story.note("granted", 2, at: 20, ["called": 11, "asked": 19])
    story.note("granted", 1, at: 30, ["called": 5, "queued": 10, "asked": 29])
    let waits = story.log.waits["item-0"] ?? []
    #expect(waits.map(\.queued) == [20 * ms, 10 * ms])
    #expect(Overtakes(of: waits).counts == [0, 1])
  }

  @Test func `events of another shape say nothing of a lock`() {
    var story = LockStory()
    story.note("released", 1, at: 10)
    let foreign = Event(
      process: "lock", function: "granted", value: .null, moment: Moment(rank: 0, index: 0, time: 0)
    )
    #expect(story.log.holds.isEmpty)
    #expect(LockLog(of: History(operations: [], events: [foreign])).holds.isEmpty)
  }
}
