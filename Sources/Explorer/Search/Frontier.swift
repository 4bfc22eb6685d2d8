// What of a tree is still to be walked, and what was found so far: all that it takes to go on later
// as if nothing had happened.

/// A walk interrupted.
public struct Frontier: Sendable {
  /// Branches not yet walked to the end: those that wait, then those under way.
  var branches: [Left] = []
  /// The points above them that wait for races, each after the one before it.
  var points: [Waiting] = []
  /// Findings so far; nil at the start.
  public var findings: Findings?
  /// How many schedules have been begun to be drawn, where schedules are drawn.
  var drawn = 0
  /// The numbers of those that were under way.
  var again: [Int] = []

  /// A branch, with the names of the keys that its choices mean.
  struct Left: Sendable, Hashable {
    var prefix: [NamedTransition] = []
    var asleep: [NamedTransition] = []
    var weight: Double
    /// The point it leaves, by position; nil where points don't wait.
    var point: Int?
  }

  /// A point that is left another way where its step races (`Node`).
  struct Waiting: Sendable, Hashable {
    /// The point before it, by position, and what was chosen there; nil at the root.
    var after: Int?
    var step: NamedTransition?
    var asleep: [NamedTransition]
    var others: [NamedTransition]
    var share: Double
    var isExpanded: Bool
  }

  /// The root: everything is to be explored, `times` over for measurements.
  public init(times: Int = 1) {
    branches = Array(repeating: Left(weight: 1 / Double(times)), count: times)
  }

  /// What is left, with the points that it hangs from.
  init(_ rest: [Branch], keys: KeyTable) {
    var places: [ObjectIdentifier: Int] = [:]
    func place(_ node: Node) -> Int {
      if let place = places[ObjectIdentifier(node)] { return place }
      var path = [node]
      while let parent = path[path.count - 1].parent, places[ObjectIdentifier(parent)] == nil {
        path.append(parent)
      }
      for node in path.reversed() {
        places[ObjectIdentifier(node)] = points.count
        points.append(
          Waiting(
            after: node.parent.flatMap { places[ObjectIdentifier($0)] },
            step: node.parent.flatMap { _ in node.prefix.last }.map { NamedTransition($0, keys) },
            asleep: node.asleep.map { NamedTransition($0, keys) },
            others: node.others.map { NamedTransition($0, keys) }, share: node.share,
            isExpanded: node.isExpanded))
      }
      return points.count - 1
    }
    for branch in rest {
      branches.append(
        Left(
          prefix: branch.prefix.map { NamedTransition($0, keys) },
          asleep: branch.sleep.map { NamedTransition($0, keys) }, weight: branch.weight,
          point: branch.origin.map(place)))
    }
  }

  /// The branches that are left, in the numbers that keys have now.
  func branches(_ keys: KeyTable) -> [Branch] {
    func transitions(_ named: [NamedTransition]) -> [Transition] {
      named.map { $0.transition(keys) }
    }
    var nodes: [Node] = []
    for point in points {
      let parent = point.after.map { nodes[$0] }
      nodes.append(
        Node(
          after: parent,
          prefix: (parent?.prefix ?? []) + transitions([point.step].compactMap(\.self)),
          asleep: transitions(point.asleep), others: transitions(point.others), share: point.share,
          isExpanded: point.isExpanded))
    }
    return branches.map { left in
      let origin = left.point.map { nodes[$0] }
      origin?.reopen()
      return Branch(
        prefix: transitions(left.prefix), sleep: transitions(left.asleep), weight: left.weight,
        origin: origin)
    }
  }
}
