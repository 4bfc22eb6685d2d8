// The random numbers of one schedule.

import History

extension SplitMix64 {
  /// One stream per schedule.
  init(seed: UInt64, schedule: UInt64) {
    self.init(seed: seed &+ schedule &* 0x9e37_79b9_7f4a_7c15)
    _ = next()
  }
}
