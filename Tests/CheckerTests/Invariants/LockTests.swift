// Overlaps of locks, overtakes in line, stale reads: planted ones are found, clean runs pass.

import Checker
import History
import Support
import Testing

private let ms: Int64 = 1_000_000

@Suite struct LockTests {
  private func hold(
    _ process: Int, _ from: Int64, _ until: Int64, lock: String = "lock", lease: Int64? = nil
  ) -> LockHold {
    LockHold(
      lock: lock, process: process, from: from * ms, until: until * ms, lease: lease.map { $0 * ms }
    )
  }

  @Test func `holds one after the other, of other locks, or reentrant don't overlap`() {
    let holds = [
      hold(1, 0, 10), hold(2, 10, 20), hold(3, 5, 8, lock: "other"), hold(4, 30, 50),
      hold(4, 35, 40),
    ]
    #expect(LockOverlap.overlaps(of: holds) == [])
  }

  @Test func `an overlap is told with its length and the lease that ran out`() throws {
    let holds = [hold(11, 212, 600), hold(3, 0, 412, lease: 200)]
    let overlap = try #require(LockOverlap.overlaps(of: holds).first)
    #expect(overlap.duration == .milliseconds(200))
    #expect(
      overlap.sentence
        == "p3 and p11 held lock at once for 200 ms; p3's lease had run out 12 ms before p11 got it"
    )
    let short = LockOverlap.overlaps(of: [hold(1, 0, 100), hold(2, 99, 300)])
    #expect(short.map(\.sentence) == ["p1 and p2 held lock at once for 1.0 ms"])
  }

  @Test func `finds each later hold once, as comparing all pairs does`() {
    for seed in UInt64(0)..<2_000 {
      var random = SeededGenerator(seed: seed)
      let holds = (0..<random.below(8)).map { _ in
        let from = Int64(random.below(20))
        return hold(
          random.below(3), from, from + Int64(random.below(6)), lock: ["a", "b"][random.below(2)])
      }
      let found = LockOverlap.overlaps(of: holds).count
      let ordered = holds.sorted { ($0.from, $0.until) < ($1.from, $1.until) }
      let expected = ordered.indices.count { later in
        ordered[..<later].contains { earlier in
          earlier.lock == ordered[later].lock && earlier.process != ordered[later].process
            && earlier.until > ordered[later].from
            && ordered[later].until > ordered[later].from
        }
      }
      #expect(found == expected, "seed \(seed)")
    }
  }

  @Test func `in line nobody is overtaken`() {
    let waits = (0..<10).map { number in
      let start = Int64(number) * 10
      return Wait(process: number, called: start, queued: start + 5, served: start + 100)
    }
    let overtakes = Overtakes(of: waits)
    #expect(overtakes.total == 0)
    #expect(overtakes.worst == nil)
  }

  @Test func `who called after another stood in line, and was served first, overtook it`() {
    let waits = [
      Wait(process: 1, called: 0, queued: 10, served: 100),
      Wait(process: 2, called: 5, queued: 15, served: 50),
      Wait(process: 3, called: 11, queued: 20, served: 60),
      Wait(process: 4, called: 30, queued: 40, served: 70),
      Wait(process: 5, called: 30, queued: 40, served: 100),
    ]
    let overtakes = Overtakes(of: waits)
    #expect(overtakes.counts == [2, 0, 0, 0, 0])
    #expect(overtakes.overtaken == 1)
    #expect(overtakes.worst == 0)
  }

  @Test func `counts overtakes as comparing all pairs does`() {
    for seed in UInt64(0)..<2_000 {
      var random = SeededGenerator(seed: seed)
      let waits = (0..<random.below(9)).map { number in
        let called = Int64(random.below(12))
        let queued = called + Int64(random.below(4))
        return Wait(
          process: number, called: called, queued: queued,
          served: queued + Int64(random.below(12)))
      }
      let expected = waits.map { wait in
        waits.count { $0.called > wait.queued && $0.served < wait.served }
      }
      #expect(Overtakes(of: waits).counts == expected, "seed \(seed)")
    }
  }
}

@Suite struct StalenessTests {
  private func ages(_ story: Story, units: Int) throws -> [Int64] {
    let history = story.history
    let calls = try history.timeline(of: Array(history.operations.indices), as: Stock.self)
    return try Staleness.ages(of: calls, units: units, in: history).map(\.age)
  }

  @Test func `a fresh read has age 0, a stale one counts from the reply that outdated it`() throws {
    var story = Story()
    story.call(1, "take", from: 0, until: 10, .ok, 9)
    story.call(2, "read", from: 5, until: 30, .ok, 10)
    story.call(2, "read", from: 40, until: 41, .ok, 9)
    story.call(3, "read", from: 50, until: 51, .ok, 10)
    #expect(try ages(story, units: 10) == [0, 0, 40 * ms])
  }

  @Test func `takes that don't say what is left, and sold-outs, outdate reads too`() throws {
    var story = Story()
    story.call(1, "take", 2, from: 0, until: 10, .ok)
    story.call(1, "take", 2, from: 11, until: 12, .ok)
    story.call(1, "take", 6, from: 13, until: 14, .ok, "sold-out")
    story.call(1, "take", 1, from: 13, .info)
    story.call(3, "read", from: 20, until: 21, .ok, 10)
    story.call(3, "read", from: 22, until: 23, .ok, 8)
    story.call(3, "read", from: 24, until: 25, .ok, 6)
    story.call(3, "read", from: 26, until: 27, .ok, 5)
    #expect(try ages(story, units: 10) == [10 * ms, 10 * ms, 10 * ms, 0])
  }

  @Test func `refuses a restocked stock and a history without times`() {
    var story = Story()
    story.call(1, "restock", 2, from: 0, until: 10, .ok)
    #expect(throws: NotApplicable("the stock is restocked")) { try ages(story, units: 1) }
    let moment = Moment(rank: 0, index: 0)
    let untimed = History(operations: [
      Operation(
        process: 1, function: "read", output: .int(1), outcome: .ok, call: moment, reply: moment)
    ])
    #expect(throws: NotApplicable("the history has no times")) {
      let calls = try untimed.timeline(of: [0], as: Stock.self)
      return try Staleness.ages(of: calls, units: 1, in: untimed)
    }
  }
}
