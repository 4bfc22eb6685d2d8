// Small made-up programs for the walk: threads of steps that read and write cells. Running one is
// instant, and the set of things that can come of it is found by brute force.

@testable import Explorer

/// One step of a thread.
struct ProgramStep: Hashable, Sendable {
  enum Action: Hashable, Sendable {
    /// Remembers a cell.
    case read(Int)
    /// Writes one more than what was remembered.
    case write(Int)
    /// Adds so much at once.
    case add(Int, Int)
  }

  var action: Action

  var touch: Footprint {
    switch action {
    case .read(let cell): Footprint(reads: 1 << UInt64(cell))
    case .write(let cell), .add(let cell, _): Footprint(writes: 1 << UInt64(cell))
    }
  }
}

/// What came of one order: cells, what threads remember, and which thread ended before which began.
struct ProgramOutcome: Hashable {
  var cells: [Int]
  var remembered: [[Int]]
  var before: Set<[Int]>
}

struct Program: Sendable {
  var threads: [[ProgramStep]]
  /// What commutes in truth; a planted defect may claim more.
  var claims: @Sendable (Footprint) -> Footprint = { $0 }

  /// Runs schedules until the walk has nothing left; returns the outcomes and how many were run.
  func walked(_ rules: Rules) -> (outcomes: Set<ProgramOutcome>, schedules: Int, weight: Double) {
    var stack = [Branch.root]
    var outcomes: Set<ProgramOutcome> = []
    var schedules = 0
    var weight = 0.0
    while let branch = stack.popLast() {
      var walk = Walk(branch, rules)
      let outcome = run { candidates in
        walk.choose(candidates).map { Int($0.subject) / 2 }
      } then: {
        walk.happened(ending: $0)
      }
      let (branches, own) = walk.branches()
      stack += branches
      weight += own
      if !walk.isRedundant {
        outcomes.insert(outcome)
        schedules += 1
      }
    }
    return (outcomes, schedules, weight)
  }

  private func run(
    _ choose: ([Candidate]) -> Int?, then happened: (Bool) -> Void
  ) -> ProgramOutcome {
    var places = threads.map { _ in 0 }
    var outcome = ProgramOutcome(
      cells: Array(repeating: 0, count: 4), remembered: threads.map { _ in [] }, before: [])
    var last: Int?
    while true {
      var ready = threads.indices.filter { places[$0] < threads[$0].count }
      if ready.isEmpty { return outcome }
      if let thread = last, let place = ready.firstIndex(of: thread) { ready.swapAt(0, place) }
      let candidates = ready.map { thread in
        Candidate(
          Choice(.step, UInt8(2 * thread)), touch: claims(threads[thread][places[thread]].touch),
          client: UInt8(thread), isFirst: places[thread] == 0)
      }
      guard let thread = choose(candidates) else { return outcome }
      if places[thread] == 0 {
        for other in threads.indices where places[other] == threads[other].count {
          outcome.before.insert([other, thread])
        }
      }
      perform(threads[thread][places[thread]], of: thread, &outcome)
      places[thread] += 1
      last = thread
      happened(places[thread] == threads[thread].count)
    }
  }

  private func perform(_ step: ProgramStep, of thread: Int, _ outcome: inout ProgramOutcome) {
    switch step.action {
    case .read(let cell): outcome.remembered[thread].append(outcome.cells[cell])
    case .write(let cell): outcome.cells[cell] = (outcome.remembered[thread].last ?? 0) + 1
    case .add(let cell, let amount):
      outcome.cells[cell] += amount
      outcome.remembered[thread].append(outcome.cells[cell])
    }
  }

  /// Of so many threads and steps; equal numbers come from equal seeds.
  static func random(_ random: inout ExplorerRandom) -> Program {
    let threads = (0..<Int.random(in: 2...3, using: &random)).map { _ in
      (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let cell = Int.random(in: 0..<3, using: &random)
        return ProgramStep(
          action: [.read(cell), .write(cell), .add(cell, 2)][Int.random(in: 0..<3, using: &random)])
      }
    }
    return Program(threads: threads)
  }

  /// How many interleavings there are: a multinomial coefficient.
  var interleavings: Int {
    var count = 1
    var placed = 0
    for thread in threads {
      for step in 1...thread.count {
        placed += 1
        count = count * placed / step
      }
    }
    return count
  }
}
