// Small made-up programs for the walk: threads of steps that read and write cells. Running one is
// instant, and the set of things that can come of it is found by brute force.

import History

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
    /// Takes a lock; while another thread has it, the step is sent and waits.
    case lock(Int)
    /// Frees a lock, for whoever has waited for it longest.
    case unlock(Int)
    /// Puts its thread's number into a queue.
    case put(Int)
    /// Takes the oldest number out; not ready while there is none.
    case get(Int)
  }

  var action: Action

  var footprint: Footprint {
    switch action {
    case .read(let cell): Footprint(reads: 1 << UInt64(cell))
    case .write(let cell), .add(let cell, _): Footprint(writes: 1 << UInt64(cell))
    case .lock(let lock), .unlock(let lock): Footprint(writes: 1 << UInt64(8 + lock))
    case .put(let queue), .get(let queue): Footprint(writes: 1 << UInt64(16 + queue))
    }
  }
}

/// What came of one order: cells, what threads remember, and which thread ended before which began.
struct ProgramOutcome: Hashable {
  var cells: [Int]
  var remembered: [[Int]]
  var before: Set<[Int]>
  /// Threads that wait for each other for ever.
  var stuck: Set<Int> = []
  /// What is in the queues.
  var queues: [[Int]] = [[], []]
}

/// Who has locks, and who waits.
private struct Locks {
  var holders: [Int: Int] = [:]
  var waiting: [(thread: Int, lock: Int)] = []

  func isBlocked(_ thread: Int) -> Bool { waiting.contains { $0.thread == thread } }

  /// A thread's step; returns who goes on with it.
  mutating func perform(_ action: ProgramStep.Action, by thread: Int) -> [Int] {
    switch action {
    case .lock(let lock) where holders[lock] != nil:
      waiting.append((thread, lock))
      return []
    case .lock(let lock): holders[lock] = thread
    case .unlock(let lock):
      holders[lock] = nil
      if let heir = waiting.firstIndex(where: { $0.lock == lock }) {
        let next = waiting.remove(at: heir).thread
        holders[lock] = next
        return [thread, next]
      }
    case .read, .write, .add, .put, .get: break
    }
    return [thread]
  }
}

struct Program: Sendable {
  var threads: [[ProgramStep]]
  /// What commutes in truth; a planted defect may claim more.
  var claims: @Sendable (Footprint) -> Footprint = { $0 }

  /// What came of walking a program.
  struct Walked {
    var outcomes: Set<ProgramOutcome> = []
    /// Schedules that repeat no other.
    var schedules = 0
    /// All that were run.
    var runs = 0
    var weight = 0.0
  }

  /// Runs schedules until the walk has nothing left, the last branch first.
  func walked(_ rules: Rules) -> Walked { walked(rules) { $0.removeLast() } }

  /// The same, where `next` takes the next branch.
  func walked(
    _ rules: Rules, next: (inout [Branch]) throws -> Branch
  ) rethrows -> Walked {
    var stack = [Branch.root]
    var walked = Walked()
    while !stack.isEmpty {
      let branch = try next(&stack)
      var walk = DepthFirstScheduler(branch, rules)
      let outcome = run { candidates in
        walk.choose(candidates)?.thread?.client
      } then: {
        walk.happened(ending: $0)
      } waiting: {
        walk.ended(waiting: $0)
      }
      let (branches, own) = walk.branches()
      stack += branches
      walked.weight += own
      walked.runs += 1
      if !walk.isRedundant {
        walked.outcomes.insert(outcome)
        walked.schedules += 1
      }
    }
    return walked
  }

  private func run(
    _ choose: ([EnabledTransition]) -> Int?, then happened: (Bool) -> Void,
    waiting ended: ([EnabledTransition]) -> Void
  ) -> ProgramOutcome {
    var places = threads.map { _ in 0 }
    var outcome = ProgramOutcome(
      cells: Array(repeating: 0, count: 4), remembered: threads.map { _ in [] }, before: [])
    var last: Int?
    var locks = Locks()
    while true {
      var ready = threads.indices.filter {
        places[$0] < threads[$0].count && !locks.isBlocked($0)
          && !isStarved(threads[$0][places[$0]], outcome)
      }
      if ready.isEmpty {
        outcome.stuck = Set(threads.indices.filter { places[$0] < threads[$0].count })
        ended(outcome.stuck.filter { !locks.isBlocked($0) }.map { candidate($0, places) })
        return outcome
      }
      if let thread = last, let place = ready.firstIndex(of: thread) { ready.swapAt(0, place) }
      guard let thread = choose(ready.map { candidate($0, places) }) else { return outcome }
      if places[thread] == 0 {
        for other in threads.indices where places[other] == threads[other].count {
          outcome.before.insert([other, thread])
        }
      }
      let step = threads[thread][places[thread]]
      perform(step, of: thread, &outcome)
      let moved = locks.perform(step.action, by: thread)
      for mover in moved { places[mover] += 1 }
      last = thread
      happened(moved.contains { places[$0] == threads[$0].count })
    }
  }

  private func candidate(_ thread: Int, _ places: [Int]) -> EnabledTransition {
    EnabledTransition(
      Transition.step(.client(thread)),
      footprint: claims(threads[thread][places[thread]].footprint),
      beginsCall: places[thread] == 0)
  }

  private func perform(_ step: ProgramStep, of thread: Int, _ outcome: inout ProgramOutcome) {
    switch step.action {
    case .read(let cell): outcome.remembered[thread].append(outcome.cells[cell])
    case .write(let cell): outcome.cells[cell] = (outcome.remembered[thread].last ?? 0) + 1
    case .add(let cell, let amount):
      outcome.cells[cell] += amount
      outcome.remembered[thread].append(outcome.cells[cell])
    case .put(let queue): outcome.queues[queue].append(thread)
    case .get(let queue): outcome.remembered[thread].append(outcome.queues[queue].removeFirst())
    case .lock, .unlock: break
    }
  }

  private func isStarved(_ step: ProgramStep, _ outcome: ProgramOutcome) -> Bool {
    if case .get(let queue) = step.action { return outcome.queues[queue].isEmpty }
    return false
  }

  /// The same with some steps of each thread about queues.
  func queued(_ random: inout SplitMix64) -> Program {
    var program = self
    for thread in threads.indices {
      for place in threads[thread].indices where Bool.random(using: &random) {
        let queue = Int.random(in: 0..<2, using: &random)
        program.threads[thread][place].action =
          Bool.random(using: &random) ? .put(queue) : .get(queue)
      }
    }
    return program
  }

  /// The first two threads with some steps of each inside locks: of more there would be too many
  /// interleavings for brute force.
  func locked(_ random: inout SplitMix64) -> Program {
    var program = self
    program.threads.removeLast(threads.count - 2)
    for thread in program.threads.indices {
      for lock in 0..<2 where Bool.random(using: &random) {
        let steps = program.threads[thread].count
        let from = Int.random(in: 0...steps, using: &random)
        let to = Int.random(in: from...steps, using: &random)
        program.threads[thread].insert(ProgramStep(action: .unlock(lock)), at: to)
        program.threads[thread].insert(ProgramStep(action: .lock(lock)), at: from)
      }
    }
    return program
  }

  /// Of so many threads and steps; equal numbers come from equal seeds.
  static func random(_ random: inout SplitMix64) -> Program {
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
