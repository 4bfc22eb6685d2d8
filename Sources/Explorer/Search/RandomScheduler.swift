// Schedules by chance, for configurations too large to walk: a random walk, and PCT (Burckhardt,
// Kothari, Musuvathi & Nagarakatte 2010), which finds a bug of depth d in n threads and k steps with
// a chance of at least 1/(n·k^(d−1)) a schedule. The same seed gives the same schedules.

import History

/// How schedules are drawn.
public enum RandomSearch: Sendable, Hashable {
  /// Every option equally likely.
  case walk
  /// Threads by priority, which changes `depth` − 1 times.
  case pct(depth: Int)
}

/// Chooses along one schedule.
struct RandomScheduler {
  private let method: RandomSearch
  private var random: SplitMix64
  private var priorities: [ThreadID: Int] = [:]
  /// By step, the priority that its thread has from there on: below all that threads begin with.
  private var changes: [Int: Int] = [:]
  private var steps = 0

  /// `length` is how many steps a schedule is expected to have.
  init(_ method: RandomSearch, seed: UInt64, number: Int, length: Int) {
    self.method = method
    random = SplitMix64(seed: seed, schedule: UInt64(number))
    if case .pct(let depth) = method {
      for priority in 1..<max(1, depth) {
        changes[Int.random(in: 0..<max(1, length), using: &random)] = priority
      }
    }
  }

  mutating func choose(_ options: [EnabledTransition]) -> Transition? {
    defer { steps += 1 }
    guard case .pct = method else {
      return options[Int.random(in: options.indices, using: &random)].transition
    }
    for case let thread? in options.map(\.transition.thread) where priorities[thread] == nil {
      priorities[thread] = Int.random(in: 1_000_000..<2_000_000, using: &random)
    }
    let best = options.indices.max { priority(options[$0]) < priority(options[$1]) } ?? 0
    let thread = options[best].transition.thread
    if let priority = changes[steps], let thread { priorities[thread] = priority }
    // What may happen to the thread's command instead of being sent, or to none, now and then.
    let faults = options.filter {
      $0.transition.kind != .step && ($0.transition.thread == nil || $0.transition.thread == thread)
    }
    return !faults.isEmpty && Int.random(in: 0..<8, using: &random) == 0
      ? faults[Int.random(in: faults.indices, using: &random)].transition : options[best].transition
  }

  private func priority(_ option: EnabledTransition) -> Int {
    guard option.transition.kind == .step, let thread = option.transition.thread else {
      return .min
    }
    return priorities[thread] ?? 0
  }
}

extension RandomScheduler: Scheduler {
  var reduces: Bool { false }

  mutating func happened(ending: Bool) {}
}
