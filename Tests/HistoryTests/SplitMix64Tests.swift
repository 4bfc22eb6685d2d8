// The numbers that seeds stand for: what a report says of a seed holds only as long as these stay.

import History
import Testing

@Suite("SplitMix64") struct SplitMix64Tests {
  private func first(_ count: Int, of random: SplitMix64) -> [UInt64] {
    var random = random
    return (0..<count).map { _ in random.next() }
  }

  /// As the authors' C code (splitmix64.c) has them.
  @Test("gives the published numbers")
  func published() {
    #expect(
      first(5, of: SplitMix64(seed: 1_234_567)) == [
        0x599e_d017_fb08_fc85, 0x2c73_f084_5854_0fa5,
        0x883e_bce5_a3f2_7c77, 0x3fbe_f740_e917_7b3f, 0xe3b8_3467_08cb_5ecd,
      ])
  }

  @Test("gives every stream's position the same numbers as ever")
  func streams() {
    #expect(
      first(3, of: SplitMix64(seed: 7, stream: 3, position: 5)) == [
        0xbf80_57bf_8e66_7ec6, 0x43d3_8513_e123_76eb, 0x516d_cdbc_b765_f42e,
      ])
  }
}
