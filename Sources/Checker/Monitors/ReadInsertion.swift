// Puts calls that change nothing into an order of those that do.

import History

/// An order of calls, with gaps into which pure reads go.
///
/// Gap `g` lies after the first `g` calls. Call `i` takes effect at the latest call of the first `i`
/// (or later, by `delay`), which is in its interval as the order keeps to the intervals. A read fits gap `g` iff its
/// interval meets the time from the call before the gap to the one after it.
struct ReadInsertion<Data: Datatype> {
  private let calls: [TimedCall<Data>]
  private let order: [Int]
  /// By call of the order, when it takes effect; they ascend.
  private var moments: [Int]
  private var inserted: [(gap: Int, index: Int)] = []

  init(_ order: [Int], of calls: [TimedCall<Data>]) {
    self.calls = calls
    self.order = order
    var latest = Int.min
    moments = order.map { index in
      latest = max(latest, calls[index].start)
      return latest
    }
  }

  /// Has calls take effect no earlier than said, which must be within their intervals.
  mutating func delay(to earliest: [Int]) {
    var latest = Int.min
    for place in moments.indices {
      latest = max(latest, moments[place], earliest[place])
      moments[place] = latest
    }
  }

  /// The gap before all calls that take effect at this moment.
  func gap(before moment: Int) -> Int { position { $0 >= moment } }

  /// The gap after all calls that take effect at this moment.
  func gap(after moment: Int) -> Int { position { $0 > moment } }

  /// The gaps that a call may go to; there is always one.
  func gaps(for index: Int) -> ClosedRange<Int> {
    let first = gap(before: calls[index].start)
    let end = gap(after: calls[index].end)
    return first...max(first, end)
  }

  /// Calls must be inserted in the order of their calls.
  mutating func insert(_ index: Int, at gap: Int) {
    inserted.append((gap, index))
  }

  func finish() -> [Int] {
    var woven: [Int] = []
    woven.reserveCapacity(order.count + inserted.count)
    var done = 0
    // Stable within a gap: there the call decides.
    for (gap, index) in inserted.sorted(by: { ($0.gap, $0.index) < ($1.gap, $1.index) }) {
      woven += order[done..<gap]
      done = gap
      woven.append(index)
    }
    return woven + order[done...]
  }

  /// The number of calls before the first whose moment satisfies a condition that stays true.
  private func position(where holds: (Int) -> Bool) -> Int {
    var low = 0
    var high = moments.count
    while low < high {
      let middle = (low + high) / 2
      if holds(moments[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
