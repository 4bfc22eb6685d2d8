// The tree of schedules and the walk through it: stateless, by prefixes that are run again. Pure:
// it decides, and the testbed tells it what was enabled at each point.
//
// Sleep sets (Godefroid 1996, §5): of choices at one point, the later branches need not try what an
// earlier one has tried, until something happens that does not commute with it. Every trace
// (schedules equal up to swapping neighbours that commute) keeps at least one schedule. And a point
// is left another way only where the step taken there races with a later one (`Races`, `Node`):
// otherwise no other choice leads to anything new.

/// A schedule to run: a prefix, and what need not be tried after it.
struct Branch {
  /// What is chosen up to the branch.
  var prefix: [Transition]
  /// What sleeps where the last of the prefix is chosen.
  var sleep: [Transition]
  /// The share of the tree that lies below, if all branches of a point were equal (Knuth 1975).
  var weight = 1.0
  /// The point it leaves, where points wait for races.
  var origin: Node?

  static var root: Branch { Branch(prefix: [], sleep: []) }
}

/// One point of a schedule as it was run.
struct Point: Sendable {
  /// What could have been chosen, the first without need.
  var options: [EnabledTransition]
  /// The position of what was chosen.
  var taken: Int
  /// Whether a call ended in this step.
  var ended: Bool
  /// What slept, filled in by the walk.
  var sleep: [EnabledTransition] = []

  var transition: Transition { options[taken].transition }
}

/// How the walk goes.
struct Rules: Sendable, Hashable {
  /// Whether commuting steps are tried in one order only.
  var reduces: Bool
  /// Whether a point is left another way only if its step races with a later one. Only where
  /// every choice is some thread's next step: faults may happen at any point.
  var awaitsRaces = false
  /// The most switches away from a thread that could go on; nil: any number.
  var preemptions: Int?
}

/// Decides along one run of a schedule, and branches off it afterwards.
struct DepthFirstScheduler {
  let rules: Rules
  let branch: Branch
  private(set) var points: [Point] = []
  private var sleeping: [EnabledTransition] = []
  /// Steps that wait in vain at the end.
  private var waiting: [EnabledTransition] = []
  /// Whether everything that could be chosen slept at some point: the schedule only repeats others.
  private(set) var isRedundant = false

  init(_ branch: Branch, _ rules: Rules) {
    self.branch = branch
    self.rules = rules
    points.reserveCapacity(32)
  }

  /// Chooses among options (never empty). Nil: the prefix asks for what can't be chosen.
  mutating func choose(_ options: [EnabledTransition]) -> Transition? {
    var taken = 0
    if points.count < branch.prefix.count {
      let wanted = branch.prefix[points.count]
      guard let found = options.firstIndex(where: { $0.transition == wanted }) else { return nil }
      taken = found
      if points.count == branch.prefix.count - 1 {
        sleeping = options.filter { branch.sleep.contains($0.transition) }
      }
    } else if !sleeping.isEmpty {
      if let awake = options.firstIndex(where: { !sleeps($0.transition) }) {
        taken = awake
      } else {
        isRedundant = true
      }
    }
    points.append(Point(options: options, taken: taken, ended: false, sleep: sleeping))
    return options[taken].transition
  }

  mutating func ended(waiting: [EnabledTransition]) { self.waiting = waiting }

  private func sleeps(_ transition: Transition) -> Bool {
    sleeping.contains { $0.transition == transition }
  }

  /// Says that the last choice has been carried out.
  mutating func happened(ending: Bool) {
    points[points.count - 1].ended = ending
    guard !sleeping.isEmpty else { return }
    var done = points[points.count - 1].options[points[points.count - 1].taken]
    done.mayEndCall = ending
    sleeping.removeAll { !$0.commutes(with: done) }
  }

  /// The branches that leave this run, the deepest last, and the share of the tree that is done with
  /// it.
  func branches() -> (branches: [Branch], weight: Double) {
    rules.reduces && rules.awaitsRaces ? branchesAtRaces() : branchesEverywhere()
  }

  private func branchesEverywhere() -> (branches: [Branch], weight: Double) {
    var weight = branch.weight
    let transitions = points.map(\.transition)
    var spent = Preemptions()
    var branches: [Branch] = []
    for (depth, point) in points.enumerated() {
      defer { spent.append(point.transition, among: point.options) }
      guard depth >= branch.prefix.count else { continue }
      guard var awake = ways(at: depth) else { break }
      if let most = rules.preemptions {
        awake.removeAll {
          spent.count + (spent.isPreemption($0.transition, among: point.options) ? 1 : 0) > most
        }
      }
      weight /= Double(awake.count + 1)
      for way in awake.reversed() {
        branches.append(
          Branch(prefix: transitions[..<depth] + [way.transition], sleep: way.sleep, weight: weight)
        )
      }
    }
    return (branches, weight)
  }

  /// What else could be chosen at a point, and what sleeps then; nil: the point was reached only
  /// because everything slept, and nothing new lies below.
  private func ways(at depth: Int) -> [(transition: Transition, sleep: [Transition])]? {
    let point = points[depth]
    var tried = rules.reduces ? point.sleep.map(\.transition) : []
    guard !tried.contains(point.transition) else { return nil }
    var ways: [(transition: Transition, sleep: [Transition])] = []
    let others = point.options.indices.filter { $0 != point.taken }
      .map { point.options[$0].transition }.filter { !tried.contains($0) }
    if rules.reduces { tried.append(point.transition) }
    for transition in others {
      ways.append((transition, tried))
      if rules.reduces { tried.append(transition) }
    }
    return ways
  }

  private func branchesAtRaces() -> (branches: [Branch], weight: Double) {
    var nodes: [Node?] = Array(repeating: nil, count: branch.prefix.count)
    var above = branch.origin
    for depth in nodes.indices.reversed() {
      nodes[depth] = above
      above = above?.parent
    }
    var weight = branch.weight
    let transitions = points.map(\.transition)
    while nodes.count < points.count, let ways = ways(at: nodes.count) {
      let node = Node(
        after: nodes.last ?? nil, prefix: Array(transitions[..<nodes.count]), ways: ways,
        weight: weight)
      weight = node.share
      nodes.append(node)
    }
    var branches: [Branch] = []
    let isWhole = nodes.count == points.count
    let races = Races(
      in: Array(points[..<nodes.count]), waiting: isWhole ? waiting : [])
    for place in races.points.sorted() {
      branches += nodes[place]?.expand() ?? []
    }
    if let last = nodes.last { weight += last?.finish() ?? 0 }
    return (branches, weight)
  }
}

extension DepthFirstScheduler: Scheduler {
  var reduces: Bool { rules.reduces }
}

/// Counts switches away from a thread that could have gone on (Musuvathi & Qadeer 2007).
struct Preemptions {
  private(set) var count = 0
  private var last: ThreadID?

  func isPreemption(_ transition: Transition, among options: [EnabledTransition]) -> Bool {
    guard let last, let thread = transition.thread, thread != last else { return false }
    return options.contains { $0.transition == .step(last) }
  }

  mutating func append(_ transition: Transition, among options: [EnabledTransition]) {
    if isPreemption(transition, among: options) { count += 1 }
    if let thread = transition.thread { last = thread }
  }
}
