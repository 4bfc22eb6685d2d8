// The loop's two queues against models too simple to be wrong: sorted arrays.

import Support
import Testing

@testable import Drivers

private final class Numbered: Timer {
  let number: Int
  init(_ number: Int) { self.number = number }
}

@Suite struct EventLoopTimerHeapTests {
  /// Arms, moves, disarms and fires at random, and compares with a list sorted by due time and,
  /// among equals, by the order of arming.
  @Test(arguments: 0..<60) func `the heap fires what a sorted list would`(round: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    var heap = TimerHeap()
    var model: [(due: Int64, order: Int, number: Int)] = []
    let timers = (0..<40).map(Numbered.init)
    // Few different moments in some rounds, so that ties are common.
    let span: Int64 = round % 2 == 0 ? 8 : 100_000
    for order in 0..<600 {
      let timer = timers.randomElement(using: &random) ?? timers[0]
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<6:
        let due = Int64.random(in: 0..<span, using: &random)
        heap.arm(timer, at: due)
        model.removeAll { $0.number == timer.number }
        model.append((due, order, timer.number))
      case 6..<8:
        heap.disarm(timer)
        model.removeAll { $0.number == timer.number }
      default:
        let now = Int64.random(in: 0..<span, using: &random)
        model.sort { ($0.due, $0.order) < ($1.due, $1.order) }
        let expected = model.first.flatMap { $0.due <= now ? $0.number : nil }
        if expected != nil { model.removeFirst() }
        let popped = heap.popDue(at: now)
        #expect((popped as? Numbered)?.number == expected, "seed \(seed)")
        #expect(popped?.isArmed != true, "seed \(seed)")
      }
      let (count, nextDue) = (heap.count, heap.nextDue)
      #expect(count == model.count, "seed \(seed)")
      #expect(nextDue == model.map(\.due).min(), "seed \(seed)")
      for timer in timers {
        #expect(timer.isArmed == model.contains { $0.number == timer.number }, "seed \(seed)")
      }
    }
  }
}
