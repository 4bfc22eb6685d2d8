// The longest time without an answer, whatever went unanswered meanwhile.

import History
import Report
import Testing

@Suite struct `Longest gap` {
  private let history = History(
    operations: [
      operation(1, call: 100, reply: 200), operation(2, call: 150, reply: 900),
      operation(3, "take", .int(1), .null, .fail, call: 300, reply: 500),
      operation(1, call: 910, reply: 1000),
    ], events: [])

  @Test func `from answer to answer, refusals are none`() {
    #expect(Availability.longestGap(in: history, mainPhase: nil) == 700 * microsecond)
  }

  @Test func `the ends of the main phase count`() {
    let phase = { (start: Int64, end: Int64) in start * microsecond..<end * microsecond }
    #expect(Availability.longestGap(in: history, mainPhase: phase(0, 2500)) == 1500 * microsecond)
    #expect(Availability.longestGap(in: history, mainPhase: phase(850, 1000)) == 100 * microsecond)
    #expect(Availability.longestGap(in: history, mainPhase: phase(2000, 2600)) == 600 * microsecond)
  }

  @Test func `nothing answered and no phase is no gap`() {
    #expect(Availability.longestGap(in: History(operations: [], events: []), mainPhase: nil) == nil)
  }
}
