// How stale a read was: for how long, at least, its value had been impossible when it was called.
// It refuses histories without times, and stocks that go up again.

public import History

/// A read of a stock and how stale it certainly was.
public struct Staleness: Sendable, Hashable {
  /// Position of the read in `History.operations`.
  public var operation: Int
  /// Nanoseconds between the reply that made the value impossible and the read's call; 0 where
  /// nothing did.
  public var age: Int64

  public init(operation: Int, age: Int64) {
    self.operation = operation
    self.age = age
  }

  /// Ages of all reads of one item that told a value, by call.
  ///
  /// Only takes count as evidence, as other reads may be stale too: by the reply of a take the
  /// stock was at most what it was told, at most the start less all units taken by then, and after
  /// "sold out" less than was asked for. The age is a lower bound. O(n log n).
  ///
  /// - Parameters:
  ///   - calls: the calls on one item.
  ///   - units: units at the start.
  ///   - history: the history, for its times.
  /// - Returns: one age per read that told a value.
  /// - Throws: `NotApplicable` if the stock is restocked or the history has no times.
  public static func ages(
    of calls: [TimedCall<Stock>], units: Int, in history: History
  ) throws(NotApplicable) -> [Staleness] {
    let ceiling = try Ceiling(calls, units: units, in: history)
    var ages: [Staleness] = []
    for call in calls where call.call == .read {
      guard case .value(let told) = call.reply else { continue }
      guard let called = history.operations[call.position].call.time else {
        throw NotApplicable("the history has no times")
      }
      let age = ceiling.passed(below: told).map { max(0, called - $0) } ?? 0
      ages.append(Staleness(operation: call.position, age: age))
    }
    return ages
  }
}

/// The most that can have been left, as it went down with the replies of takes.
private struct Ceiling {
  private var times: [Int64] = []
  private var most: [Int] = []

  init(
    _ calls: [TimedCall<Stock>], units: Int, in history: History
  ) throws(NotApplicable) {
    var replies: [(time: Int64, took: Int, most: Int)] = []
    for call in calls {
      let reply = history.operations[call.position].reply
      switch (call.call, call.reply) {
      case (.restock, _): throw NotApplicable("the stock is restocked")
      case (.take, nil), (.read, _): continue
      case (.take(let asked), let answer):
        guard let time = reply?.time else { throw NotApplicable("the history has no times") }
        let took = call.took ? asked : 0
        replies.append((time, took, answer == .soldOut ? asked - 1 : call.told ?? .max))
      }
    }
    var taken = 0
    var least = units
    for reply in replies.sorted(by: { $0.time < $1.time }) {
      taken = taken.plus(reply.took)
      least = min(least, reply.most, units.minus(taken))
      times.append(reply.time)
      most.append(least)
    }
  }

  /// The first moment by which fewer than this many units were certainly left.
  func passed(below units: Int) -> Int64? {
    var low = 0
    var high = most.count
    while low < high {
      let middle = (low + high) / 2
      if most[middle] < units { high = middle } else { low = middle + 1 }
    }
    return low < times.count ? times[low] : nil
  }
}
