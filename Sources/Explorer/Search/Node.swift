// A point of the tree whose other ways wait: they are taken only when some schedule below shows that
// its step races with a later one. Shared by all branches below it.
//
// A point is taken all ways or one way. That tries more than source sets would (Abdulla et al. 2014)
// where three clients meet, but which points are taken all ways follows from the schedules alone,
// whoever runs them in which order: explored twice, the same tree.

/// One point of the tree.
///
/// Confined to its walk's thread.
final class Node {
  /// The point before it; nil at the root, and where an interrupted walk went on.
  let parent: Node?
  /// What was chosen up to here.
  private let prefix: [Choice]
  private let ways: [Way]
  /// The share of the tree below each way.
  private let weight: Double
  private(set) var isExpanded = false
  /// The ways below it, its own first one among them, that are not walked to the end yet.
  private var open = 1

  /// Another choice than the first one, and what sleeps where it is taken.
  private struct Way {
    var choice: Choice
    var sleep: [Choice]
  }

  /// `weight` is the share of the tree below the point.
  init(
    after parent: Node?, prefix: [Choice], ways: [(choice: Choice, sleep: [Choice])],
    weight: Double
  ) {
    self.parent = parent
    self.prefix = prefix
    self.ways = ways.map { Way(choice: $0.choice, sleep: $0.sleep) }
    self.weight = weight / Double(ways.count + 1)
  }

  /// The share below its first way.
  var share: Double { weight }

  /// All its other ways, once, the first one last.
  func expand() -> [Branch] {
    guard !isExpanded else { return [] }
    isExpanded = true
    open += ways.count
    return ways.reversed().map {
      Branch(prefix: prefix + [$0.choice], sleep: $0.sleep, weight: weight, origin: self)
    }
  }

  /// One of its ways has been walked to the end. Returns the shares of ways that need not be taken,
  /// its own and those of points above that are done with it.
  func finish() -> Double {
    var saved = 0.0
    var node: Node? = self
    while let current = node {
      current.open -= 1
      guard current.open == 0 else { break }
      if !current.isExpanded { saved += current.weight * Double(current.ways.count) }
      node = current.parent
    }
    return saved
  }

  /// The ways of all points above that still wait: what would be left to take for somebody who has
  /// not seen the schedules so far.
  func expandAll() -> [Branch] {
    var branches: [Branch] = []
    var node: Node? = self
    while let current = node {
      branches += current.expand()
      node = current.parent
    }
    return branches
  }
}
