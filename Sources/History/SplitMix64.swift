// Random numbers that are the same for the same seed everywhere: histories to order, the calls of a
// workload, the strikes of faults and schedules by chance are drawn by it. It stands here since everybody
// imports this target.

/// Steele, Lea & Flood's SplitMix64 (OOPSLA 2014): small, and any position of any stream can be had at
/// once.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  /// The generator for one position of one stream under a seed.
  public init(seed: UInt64, stream: UInt64, position: UInt64) {
    var mixer = SplitMix64(seed: seed &+ stream &* 0xd1b5_4a32_d192_ed03)
    state = mixer.next() ^ (position &* 0x9e37_79b9_7f4a_7c15)
    state = next()
  }

  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
