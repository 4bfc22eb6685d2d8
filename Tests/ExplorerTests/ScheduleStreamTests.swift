// What a seed means to an exploration by chance.

import History
import Testing

@testable import Explorer

@Test("a seed gives every schedule the same numbers as ever")
func scheduleStreams() {
  var random = SplitMix64(seed: 9, schedule: 4)
  #expect(
    (0..<3).map { _ in random.next() } == [
      0x1d56_f4a5_808e_6bfe, 0xa553_b8a6_5aac_b8cc, 0xfbc9_d618_4de7_f13d,
    ])
}
