// A random source that gives the same numbers for the same seed on every machine.

import History

/// SplitMix64, and what tests draw from it.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var random: SplitMix64

  public init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  public mutating func next() -> UInt64 { random.next() }

  /// A number below `bound`, which is at least 1.
  public mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }

  /// True once in `times`, on average.
  public mutating func once(in times: Int) -> Bool {
    below(times) == 0
  }
}
