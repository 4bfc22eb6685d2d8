// First come, first served: who was served before someone already in line.

/// One client's wait in a line.
public struct Wait: Sendable, Hashable {
  public var process: Int
  /// When it asked to be put in line (ns on the run's clock).
  public var called: Int64
  /// When it knew that it stood in line (ns on the run's clock). Callers between `called` and this may be before it.
  public var queued: Int64
  /// When it was served (ns on the run's clock). Where only one is served at a time, replies keep the order of service.
  public var served: Int64
  /// Position in `History.operations`.
  public var operation: Int?

  public init(
    process: Int, called: Int64, queued: Int64, served: Int64, operation: Int? = nil
  ) {
    self.process = process
    self.called = called
    self.queued = queued
    self.served = served
    self.operation = operation
  }
}

/// How often first-come-first-served was broken.
public struct Overtakes: Sendable, Hashable {
  /// By wait, as given: how many later callers were served before it.
  public var counts: [Int]

  /// How many pairs of a waiter and a later caller that was served first.
  public var total: Int { counts.reduce(0, +) }
  /// How many waiters were overtaken at all.
  public var overtaken: Int { counts.count { $0 > 0 } }
  /// The wait that was overtaken most, as index of the waits given.
  public var worst: Int? {
    guard let most = counts.max(), most > 0 else { return nil }
    return counts.firstIndex(of: most)
  }

  /// Counts, for each wait, those that called after it was queued and were served before it.
  ///
  /// O(n log n): waits in the order of their service are entered under their calls into a tree of
  /// sums (Fenwick 1994).
  public init(of waits: [Wait]) {
    counts = Array(repeating: 0, count: waits.count)
    let calls = waits.map(\.called).sorted()
    var tree = Array(repeating: 0, count: waits.count + 1)
    var entered = 0
    let served = waits.indices.sorted { waits[$0].served < waits[$1].served }
    var next = 0
    for wait in served {
      while waits[served[next]].served < waits[wait].served {
        var node = calls.firstIndex(above: waits[served[next]].called - 1) + 1
        while node < tree.count {
          tree[node] += 1
          node += node & -node
        }
        entered += 1
        next += 1
      }
      var earlier = 0
      var node = calls.firstIndex(above: waits[wait].queued)
      while node > 0 {
        earlier += tree[node]
        node -= node & -node
      }
      counts[wait] = entered - earlier
    }
  }
}

extension [Int64] {
  /// The index of the first element above a bound, `count` if there is none; elements ascend.
  func firstIndex(above bound: Int64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] > bound { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
