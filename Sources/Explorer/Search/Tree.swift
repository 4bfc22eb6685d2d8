// The tree of schedules and the walk through it: stateless, by prefixes that are run again. Pure:
// it decides, and whoever runs the schedules tells it what could have been chosen at each point.
//
// Sleep sets (Godefroid 1996, §5): of choices at one point, the later branches need not try what an
// earlier one has tried, until something happens that does not commute with it. Every trace
// (schedules equal up to swapping neighbours that commute) keeps at least one schedule.

/// A schedule to run: a prefix, and what need not be tried after it.
struct Branch: Sendable, Hashable {
  /// What is chosen up to the branch.
  var prefix: [Choice]
  /// What sleeps where the last of the prefix is chosen.
  var sleep: [Choice]
  /// The share of the tree that lies below, if all branches of a point were equal (Knuth 1975).
  var weight = 1.0

  static let root = Branch(prefix: [], sleep: [])
}

/// One point of a schedule as it was run.
struct Point: Sendable {
  /// What could have been chosen, the first without need.
  var options: [Candidate]
  /// The position of what was chosen.
  var taken: Int
  /// Whether a call ended in this step.
  var ended: Bool
  /// What slept, filled in by the walk.
  var sleep: [Candidate] = []

  var choice: Choice { options[taken].choice }
}

/// How the walk goes.
struct Rules: Sendable, Hashable {
  /// Whether commuting steps are tried in one order only.
  var reduces: Bool
  /// At most so many switches away from a thread that could go on; nil: any number.
  var preemptions: Int?
}

/// Decides along one run of a schedule, and branches off it afterwards.
struct Walk {
  let rules: Rules
  let branch: Branch
  private(set) var points: [Point] = []
  private var sleeping: [Candidate] = []
  /// Whether everything that could be chosen slept at some point: the schedule only repeats others.
  private(set) var isRedundant = false

  init(_ branch: Branch, _ rules: Rules) {
    self.branch = branch
    self.rules = rules
    points.reserveCapacity(32)
  }

  /// Chooses among options (never empty). Nil: the prefix asks for what can't be chosen.
  mutating func choose(_ options: [Candidate]) -> Choice? {
    var taken = 0
    if points.count < branch.prefix.count {
      let wanted = branch.prefix[points.count]
      guard let found = options.firstIndex(where: { $0.choice == wanted }) else { return nil }
      taken = found
      if points.count == branch.prefix.count - 1 {
        sleeping = options.filter { branch.sleep.contains($0.choice) }
      }
    } else if !sleeping.isEmpty {
      if let awake = options.firstIndex(where: { !sleeps($0.choice) }) {
        taken = awake
      } else {
        isRedundant = true
      }
    }
    points.append(Point(options: options, taken: taken, ended: false, sleep: sleeping))
    return options[taken].choice
  }

  private func sleeps(_ choice: Choice) -> Bool {
    sleeping.contains { $0.choice == choice }
  }

  /// Says that the last choice has been carried out.
  mutating func happened(ending: Bool) {
    points[points.count - 1].ended = ending
    guard !sleeping.isEmpty else { return }
    var done = points[points.count - 1].options[points[points.count - 1].taken]
    done.mayEnd = ending
    sleeping.removeAll { !$0.commutes(with: done) }
  }

  /// The branches that leave this run after its prefix, the deepest last, and the share of the tree
  /// that the run itself was.
  func branches() -> (branches: [Branch], weight: Double) {
    var weight = branch.weight
    let choices = points.map(\.choice)
    var spent = Preemptions()
    var branches: [Branch] = []
    for (depth, point) in points.enumerated() {
      defer { spent.append(point.choice, among: point.options) }
      guard depth >= branch.prefix.count else { continue }
      var tried = rules.reduces ? point.sleep : []
      let isAsleep = { (option: Candidate) in tried.contains { $0.choice == option.choice } }
      // Reached only because everything slept: nothing new lies below.
      if isAsleep(point.options[point.taken]) { break }
      var taken = point.options[point.taken]
      taken.mayEnd = point.ended
      var awake: [(prefix: [Choice], sleep: [Choice])] = []
      let others = point.options.indices.filter { $0 != point.taken }
        .map { point.options[$0] }.filter { !isAsleep($0) }
      if rules.reduces { tried.append(taken) }
      for option in others {
        if let most = rules.preemptions,
          spent.count + (spent.isPreemption(option.choice, among: point.options) ? 1 : 0) > most
        {
          continue
        }
        awake.append((choices[..<depth] + [option.choice], tried.map(\.choice)))
        if rules.reduces { tried.append(option) }
      }
      weight /= Double(awake.count + 1)
      for (prefix, sleep) in awake.reversed() {
        branches.append(Branch(prefix: prefix, sleep: sleep, weight: weight))
      }
    }
    return (branches, weight)
  }
}

/// Counts switches away from a thread that could have gone on (Musuvathi & Qadeer 2007).
struct Preemptions {
  private(set) var count = 0
  private var last: UInt8?

  func isPreemption(_ choice: Choice, among options: [Candidate]) -> Bool {
    guard let last, let thread = choice.thread, thread != last else { return false }
    return options.contains { $0.choice == Choice(.step, last) }
  }

  mutating func append(_ choice: Choice, among options: [Candidate]) {
    if isPreemption(choice, among: options) { count += 1 }
    if let thread = choice.thread { last = thread }
  }
}
