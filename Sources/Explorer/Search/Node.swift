// A point of the tree whose other ways wait: they are taken only when some schedule below shows that
// its step races with a later one. Shared by all branches below it.
//
// A point is taken all ways or one way. That tries more than source sets would (Abdulla et al. 2014)
// where three clients meet, but which points are taken all ways follows from the schedules alone,
// in whatever order they are run: explored twice, or interrupted in between, the tree is the same.

/// One point of the tree.
///
/// Confined to its walk's thread.
final class Node {
  /// The point before it; nil at the root.
  let parent: Node?
  /// What was chosen up to here.
  let prefix: [Transition]
  /// What sleeps where the first of its other ways is taken; in the ways after it that one does, too.
  let asleep: [Transition]
  /// What else could be chosen.
  let others: [Transition]
  /// The share of the tree below each way.
  let share: Double
  private(set) var isExpanded = false
  /// The ways below it, its own first one among them, that are not walked to the end yet.
  private var open: Int

  /// A new point; `weight` is the share of the tree below it.
  init(
    after parent: Node?, prefix: [Transition],
    ways: [(transition: Transition, sleep: [Transition])],
    weight: Double
  ) {
    self.parent = parent
    self.prefix = prefix
    asleep = ways.first?.sleep ?? []
    others = ways.map(\.transition)
    share = weight / Double(ways.count + 1)
    open = 1
  }

  /// A point read from a frontier; what is below it and not yet explored registers afterwards, by
  /// being made or by `reopen`.
  init(
    after parent: Node?, prefix: [Transition], asleep: [Transition], others: [Transition],
    share: Double,
    isExpanded: Bool
  ) {
    self.parent = parent
    self.prefix = prefix
    self.asleep = asleep
    self.others = others
    self.share = share
    self.isExpanded = isExpanded
    open = 0
    parent?.reopen()
  }

  /// One of its ways is not walked to the end.
  func reopen() { open += 1 }

  /// All its other ways, once, the first one last.
  func expand() -> [Branch] {
    guard !isExpanded else { return [] }
    isExpanded = true
    open += others.count
    return others.indices.reversed().map {
      Branch(
        prefix: prefix + [others[$0]], sleep: asleep + others[..<$0], weight: share, origin: self)
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
      if !current.isExpanded { saved += current.share * Double(current.others.count) }
      node = current.parent
    }
    return saved
  }
}
