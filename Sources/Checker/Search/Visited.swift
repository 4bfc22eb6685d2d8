// Configurations seen so far: a flat hash table of fixed-size entries without pointers.

/// What tells configurations apart whose stop, state and bits are the same.
struct Standing {
  /// Indeterminate calls used.
  var usage: Int32
  /// The stop at which the last overwrite was chosen in the open; −1 if none was.
  var horizon: Int32
  /// An overwrite was chosen last, so that another may not be (`Reductions.hiddenOverwrites`).
  var isAfterOverwrite: Bool

  init(usage: Int32, horizon: Int32 = -1, isAfterOverwrite: Bool = false) {
    self.usage = usage
    self.horizon = horizon
    self.isAfterOverwrite = isAfterOverwrite
  }

  /// Never 0.
  fileprivate var word: UInt64 {
    UInt64(usage) + 1 | UInt64(horizon + 1) << 32 | (isAfterOverwrite ? 1 << 63 : 0)
  }

  fileprivate init(word: UInt64) {
    usage = Int32(truncatingIfNeeded: (word & 0xFFFF_FFFF) - 1)
    horizon = Int32(truncatingIfNeeded: word >> 32 & 0x7FFF_FFFF) - 1
    isAfterOverwrite = word >> 63 == 1
  }
}

/// Configurations by (stop, state, open calls that took effect), each with the standings seen.
struct Visited {
  /// Words of an entry: stop and state, standing (0 marks an empty place), then the bits.
  private let stride: Int
  private let words: Int
  private var table: [UInt64]
  private var capacity: Int
  private(set) var count = 0

  private static let smallest = 256

  init(words: Int) {
    self.words = words
    stride = words + 2
    capacity = Self.smallest
    table = Array(repeating: 0, count: capacity * stride)
  }

  var bytes: Int { table.count * 8 }

  mutating func removeAll() {
    capacity = Self.smallest
    count = 0
    table = Array(repeating: 0, count: capacity * stride)
  }

  /// Notes a configuration; false if it, or one that makes it superfluous, was noted before.
  ///
  /// `allows` says whether the first standing allows all that the second does. A standing seen that
  /// allows less than the new one gives its place to it.
  mutating func insert(
    stop: Int, state: Int32, bits: borrowing [UInt64], standing: Standing,
    allows: (Standing, Standing) -> Bool
  ) -> Bool {
    if (count + 1) * 10 > capacity * 7 { grow() }
    let head = UInt64(UInt32(stop)) << 32 | UInt64(UInt32(bitPattern: state))
    var hash = Self.mix(head)
    for word in 0..<words { hash = Self.mix(hash ^ bits[word]) }
    var place = Int(truncatingIfNeeded: hash) & (capacity - 1)
    while true {
      let base = place * stride
      let mark = table[base + 1]
      if mark == 0 {
        table[base] = head
        table[base + 1] = standing.word
        for word in 0..<words { table[base + 2 + word] = bits[word] }
        count += 1
        return true
      }
      if table[base] == head, matches(base, bits) {
        let seen = Standing(word: mark)
        if allows(seen, standing) { return false }
        if allows(standing, seen) {
          table[base + 1] = standing.word
          return true
        }
      }
      place = (place + 1) & (capacity - 1)
    }
  }

  /// Calls `body` with state, usage and bits of every configuration at a stop.
  func forEach(at stop: Int, _ body: (Int32, Int32, ArraySlice<UInt64>) -> Void) {
    for place in 0..<capacity where table[place * stride + 1] != 0 {
      let base = place * stride
      guard Int(table[base] >> 32) == stop else { continue }
      body(
        Int32(truncatingIfNeeded: table[base] & 0xFFFF_FFFF), Standing(word: table[base + 1]).usage,
        table[(base + 2)..<(base + stride)])
    }
  }

  private func matches(_ base: Int, _ bits: borrowing [UInt64]) -> Bool {
    for word in 0..<words where table[base + 2 + word] != bits[word] { return false }
    return true
  }

  private mutating func grow() {
    let old = table
    let oldCapacity = capacity
    capacity *= 2
    table = Array(repeating: 0, count: capacity * stride)
    for place in 0..<oldCapacity where old[place * stride + 1] != 0 {
      let from = place * stride
      var hash = Self.mix(old[from])
      for word in 0..<words { hash = Self.mix(hash ^ old[from + 2 + word]) }
      var target = Int(truncatingIfNeeded: hash) & (capacity - 1)
      while table[target * stride + 1] != 0 { target = (target + 1) & (capacity - 1) }
      for word in 0..<stride { table[target * stride + word] = old[from + word] }
    }
  }

  /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result depends on
  /// every bit of the input.
  private static func mix(_ word: UInt64) -> UInt64 {
    var word = word &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
