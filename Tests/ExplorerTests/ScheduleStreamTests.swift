// What a seed means to an exploration by chance.

import History
import Testing

@testable import Explorer

@Test("a seed gives every schedule the same numbers as ever")
func scheduleStreams() {
  var random = SplitMix64(seed: 9, schedule: 4)
  #expect(
    (0..<3).map { _ in random.next() } == [
      2114146066760625150, 11913068463950444748, 18143267973713359165,
    ])
}
