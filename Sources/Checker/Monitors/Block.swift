// Orders runs of calls that nothing may interrupt: a value with its reads, a lock from its
// acquisition to its release. Shared by the monitors of registers and locks.

import History

/// Calls that take effect one after another, with no call of another block between.
struct Block: Sendable {
  /// Indexes of calls in the order in which they must take effect.
  private(set) var calls: [Int] = []
  /// The earliest reply, and the call it answers (−1: none, the block stands at the start).
  private(set) var firstEnd = Int.max
  private(set) var firstEndBy = -1
  /// The latest call.
  private(set) var lastStart = Int.min
  private(set) var lastStartBy = -1

  /// - Parameter atStart: whether the block comes before all others, as an initial value does.
  init(atStart: Bool = false) {
    if atStart { firstEnd = Int.min }
  }

  /// Adds the next call; the one that came before it but was called after its reply, if any.
  mutating func append<Data>(_ index: Int, of calls: [TimedCall<Data>]) -> Int? {
    let late = calls[index].end < lastStart ? lastStartBy : nil
    self.calls.append(index)
    if calls[index].end < firstEnd {
      firstEnd = calls[index].end
      firstEndBy = index
    }
    if calls[index].start > lastStart {
      lastStart = calls[index].start
      lastStartBy = index
    }
    return late
  }
}

/// Two blocks each of which must come before the other.
///
/// `first.reply` (−1 where the block stands at the start) came before `second.call`, and
/// `second.reply` before `first.call`; numbers are indexes of calls.
struct BlockConflict: Error {
  var first: (reply: Int, call: Int)
  var second: (reply: Int, call: Int)

  /// The calls that show it.
  var calls: Set<Int> {
    Set([first.reply, first.call, second.reply, second.call].filter { $0 >= 0 })
  }
}

extension [Block] {
  /// Sorts blocks into an order that keeps to the intervals of their calls.
  ///
  /// Block `A` must come before `B` iff some call of `A` was answered before one of `B` was called:
  /// `A.firstEnd < B.lastStart`. An order exists iff no two blocks must come before each other
  /// (Gibbons & Korach 1997, for the writes of a register with their reads): in a cycle let `A` have
  /// the least `firstEnd`, `Z` come before `A`, and `Y` after `A` and before `Z` or be it; then
  /// `A.firstEnd ≤ Y'.firstEnd < Z.lastStart` for the block `Y'` before `Z`, and `Z` before `A`.
  ///
  /// If no two do, ordering by the lesser, then by the greater of `firstEnd` and `lastStart` is
  /// such an order: from `A.firstEnd < B.lastStart` and not `B.firstEnd < A.lastStart` follow
  /// `min A ≤ min B` and `max A ≤ max B`, and not both are equal. So a block found behind one that
  /// it must come before is in conflict with it. O(n log n).
  mutating func arrange() throws(BlockConflict) {
    sort {
      let left = (Swift.min($0.firstEnd, $0.lastStart), Swift.max($0.firstEnd, $0.lastStart))
      let right = (Swift.min($1.firstEnd, $1.lastStart), Swift.max($1.firstEnd, $1.lastStart))
      return left < right
    }
    var latest = 0
    for next in indices.dropFirst() {
      if self[next].firstEnd < self[latest].lastStart {
        throw BlockConflict(
          first: (self[latest].firstEndBy, self[latest].lastStartBy),
          second: (self[next].firstEndBy, self[next].lastStartBy))
      }
      if self[next].lastStart > self[latest].lastStart { latest = next }
    }
  }
}
