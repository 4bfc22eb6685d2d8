// What of a tree is still to be walked, and what was found so far: all that it takes to go on later.

/// A walk interrupted.
public struct Frontier: Sendable {
  /// Branches not yet taken, with the names of the keys that their choices mean.
  public var branches: [[NamedChoice]] = []
  var sleeping: [[NamedChoice]] = []
  var weights: [Double] = []
  /// Findings so far; nil at the start.
  public var findings: Findings?
  /// The next schedule to draw, where schedules are drawn.
  public var drawn = 0

  /// The root: everything is to be walked; for measurements so many times over.
  public init(times: Int = 1) {
    branches = Array(repeating: [], count: times)
    sleeping = branches
    weights = Array(repeating: 1 / Double(times), count: times)
  }

  init(_ rest: [Branch], drawn: Int, keys: KeyTable, findings: Findings) {
    branches = rest.map { $0.prefix.map { NamedChoice($0, keys) } }
    sleeping = rest.map { $0.sleep.map { NamedChoice($0, keys) } }
    weights = rest.map(\.weight)
    self.drawn = drawn
    self.findings = findings
  }

  func branches(_ keys: KeyTable) -> [Branch] {
    branches.indices.map { index in
      Branch(
        prefix: branches[index].compactMap { $0.choice(keys) },
        sleep: sleeping[index].compactMap { $0.choice(keys) }, weight: weights[index])
    }
  }
}
