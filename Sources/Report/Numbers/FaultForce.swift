// When some fault of a run was in force, to tell whether one can explain a call's outcome. It does not
// say which fault explains what.

import History

/// When faults were in force, as stretches of time that don't overlap.
struct FaultForce: Sendable {
  private var stretches: [(start: Int64, end: Int64)] = []

  /// Clients still meet what a fault has left for a moment after it has healed.
  private static let aftermath: Int64 = 1_000_000_000

  init(of events: [Event]) {
    for span in FaultSpan.spans(of: events).sorted(by: { $0.begin < $1.begin }) {
      let end = span.end?.moment.time.map { $0 &+ Self.aftermath } ?? .max
      if let last = stretches.last, span.begin <= last.end {
        stretches[stretches.count - 1].end = max(last.end, end)
      } else {
        stretches.append((span.begin, end))
      }
    }
  }

  /// Whether one was in force at some moment of a call; nil: its end is not known.
  func covers(_ call: Int64?, _ end: Int64?) -> Bool {
    guard let call else { return false }
    let end = end ?? .max
    // The first stretch that ends after the call: the only one that matters.
    var (low, high) = (0, stretches.count)
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].end < call { low = middle + 1 } else { high = middle }
    }
    return low < stretches.count && stretches[low].start <= end
  }
}

extension FaultSpan {
  fileprivate var begin: Int64 { start.moment.time ?? .min }
}
