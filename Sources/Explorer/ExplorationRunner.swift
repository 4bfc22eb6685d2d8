// One exploration under way, on one loop's thread: testbeds side by side that take schedules from one work
// queue, and one judge. What is found depends on the tree alone, not on which testbed ran what.

import Checker
import Drivers
import Harness
import History

/// Runs schedules until nothing is left to run or it has to stop.
///
/// `@unchecked Sendable`: its tasks run on one loop and never leave its thread.
final class ExplorationRunner<Place: Testbed>: @unchecked Sendable {
  let exploration: Exploration
  let loop: EventLoop
  let keys = KeyTable()
  var testbeds: [Place] = []
  var queue: WorkQueue
  /// Testbeds that have been put to work, those of them that have ended it, and those that wait for a
  /// schedule to run.
  var working = 0
  var resting = 0
  var idle = 0
  var isStopping = false
  let changed: Signal
  var found: FindingsSoFar
  var failure: ExplorationFailure?
  /// What was left when it failed, with what was found by then.
  var restAtFailure = Frontier()
  /// How many steps a schedule has in which one client comes after the other.
  var undisturbed: Int?
  /// When the first schedule began: opening testbeds is no part of exploring.
  var began = EventLoop.now()
  let before: (seconds: Double, schedules: Int)

  init(_ exploration: Exploration, from start: Frontier, on loop: EventLoop) {
    self.exploration = exploration
    self.loop = loop
    changed = Signal(on: loop)
    loop.gathersSends = true
    found = FindingsSoFar(exploration.configuration, from: start.findings, keys: keys)
    before = (found.seconds, found.schedules)
    queue = WorkQueue(
      start, exploration.search, keys: keys, testbeds: exploration.places.count)
  }

  func explore(
    stop: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (ExplorationProgress) -> Void,
    checkpoint: (@Sendable (Frontier) -> Void)?
  ) async throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) {
    var pauses = exploration.checkpoints
    await withTestbeds { [self] group in
      began = EventLoop.now()
      while !isOver {
        if wantsTestbed { await open(&group) }
        for number in working..<testbeds.count {
          group.addTask(executorPreference: loop) { [self] in await work(in: number) }
          working += 1
        }
        _ = await changed.wait(until: EventLoop.now() + 100_000_000) { isOver || wantsTestbed }
        if stop() || isSpent { isStopping = true }
        if hasLostServer() {
          for testbed in testbeds where testbed.isActive {
            testbed.abort(.stuck("a server was lost"))
          }
        }
        endStandstill()
        if isStopping { endOverdue() }
        progress(progressNow)
        if let checkpoint, failure == nil, pauses.takeDue(at: seconds - before.seconds) {
          checkpoint(frontierNow)
        }
      }
      changed.notifyAll()
      _ = await changed.wait { resting == working }
    }
    if let failure { throw await explained(failure) }
    let rest = frontierNow
    return (rest.findings ?? Findings(), rest)
  }

  /// Whether there is work for another testbed: small trees are walked before it would be open.
  var wantsTestbed: Bool {
    testbeds.count < exploration.places.count && !isStopping && hasRoom
      && queue.waiting > 2 * testbeds.count
  }

  /// Ends schedules in which nothing has moved for longer than any server takes to answer.
  private func endStandstill() {
    for testbed in testbeds
    where testbed.isActive && EventLoop.now() - testbed.realTime.lastStep > Self.standstill {
      testbed.abort(.stuck("nothing moves: \(testbed.standing)"))
    }
  }

  /// Ends schedules that don't end by themselves soon after the exploration was to end.
  private func endOverdue() {
    for testbed in testbeds
    where testbed.isActive && testbed.realTime.isRunning(for: Self.overtime, at: EventLoop.now()) {
      testbed.abort(.interrupted)
    }
  }

  private static var overtime: Int64 { 1_000_000_000 }

  private static var standstill: Int64 { 20_000_000_000 }

  var isOver: Bool { queue.running == 0 && (isStopping || queue.isDone) }

  /// Whether a schedule waits to be run, and may be.
  var hasWork: Bool { queue.waiting > 0 && hasRoom }

  var seconds: Double { before.seconds + Double(EventLoop.now() - began) / 1e9 }

  var isSpent: Bool {
    let budget = exploration.budget
    if let most = budget.schedules, found.schedules - before.schedules >= most { return true }
    if let most = budget.seconds, seconds - before.seconds >= most { return true }
    return budget.stopsAtViolation && found.violations > 0
  }

  /// Whether one more schedule is within the budget, should all that are under way count.
  var hasRoom: Bool {
    guard let most = exploration.budget.schedules else { return true }
    return found.schedules - before.schedules + queue.running < most
  }

  var progressNow: ExplorationProgress {
    var covered: Double?
    if case .exhaustive = exploration.search { covered = found.covered }
    return ExplorationProgress(
      schedules: found.schedules, violations: found.violations, covered: covered,
      seconds: seconds)
  }

  /// What is left, with all that was found up to now.
  var frontierNow: Frontier {
    queue.frontier(keys, found.values(after: seconds, isComplete: queue.isDone))
  }

  // MARK: Failure

  func fail(_ failure: ExplorationFailure) {
    if self.failure == nil {
      restAtFailure = frontierNow
      self.failure = failure
    }
    isStopping = true
  }

  /// Whether a server has ended by itself: nothing that was seen since is evidence.
  func hasLostServer() -> Bool {
    if case .lost = failure { return true }
    let lost = exploration.watched.lost
    guard !lost.isEmpty else { return false }
    fail(.lost(lost, rest: frontierNow))
    return true
  }

  /// A failure, or that a server was lost, where that explains it: its connections end before its
  /// process does, a PostgreSQL's seconds before.
  func explained(_ failure: ExplorationFailure) async -> ExplorationFailure {
    switch failure {
    case .unfit, .undecodable, .lost, .program, .undrivable: return failure
    case .servers, .aborted: break
    }
    let end = EventLoop.now() + 6_000_000_000
    while EventLoop.now() < end {
      let lost = exploration.watched.lost
      if !lost.isEmpty { return .lost(lost, rest: restAtFailure) }
      await loop.sleep(for: .milliseconds(10))
    }
    return failure
  }
}
