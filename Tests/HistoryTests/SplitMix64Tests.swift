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
        6457827717110365317, 3203168211198807973,
        9817491932198370423, 4593380528125082431, 16408922859458223821,
      ])
  }

  @Test("gives every stream's position the same numbers as ever")
  func streams() {
    #expect(
      first(3, of: SplitMix64(seed: 7, stream: 3, position: 5)) == [
        13799125738502651590, 4887396341055190763, 5867572099948082222,
      ])
  }
}
