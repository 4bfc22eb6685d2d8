// The worlds of one exploration at work, on one loop's thread: who runs what next, and when to stop.

import Checker
import Drivers
import Harness
import History

/// Worlds at work.
///
/// `@unchecked Sendable`: its tasks run on one loop and never leave its thread.
final class ExplorationRunner: @unchecked Sendable {
  private let exploration: Exploration
  private let loop: EventLoop
  private let keys = KeyTable()
  private var executions: [Execution] = []
  private var queue: WorkQueue
  /// Worlds that have been put to work, and those that have ended it.
  private var working = 0
  /// Worlds that wait for a branch.
  private var idle = 0
  private var resting = 0
  private var isStopping = false
  private let changed: Signal
  private var found: FindingsSoFar
  private var failure: ExplorationFailure?
  /// What was left when it failed, with what was found by then.
  private var restAtFailure = Frontier()
  /// How many steps a schedule has in which one client comes after the other.
  private var undisturbed: Int?
  /// When the first schedule began: opening worlds is no part of exploring.
  private var began = EventLoop.now()
  private let before: (seconds: Double, schedules: Int)
  private var replayed: [Schedule] = []

  init(_ exploration: Exploration, from start: Frontier, on loop: EventLoop) {
    self.exploration = exploration
    self.loop = loop
    changed = Signal(on: loop)
    loop.gathersSends = true
    found = FindingsSoFar(exploration.configuration, from: start.findings, keys: keys)
    before = (found.seconds, found.schedules)
    queue = WorkQueue(
      start, exploration.search, keys: keys, executions: exploration.places.count)
  }

  func explore(
    stop: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (ExplorationProgress) -> Void,
    checkpoint: (@Sendable (Frontier) -> Void)?
  ) async throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) {
    var pauses = exploration.checkpoints
    await withWorlds { [self] group in
      began = EventLoop.now()
      while !isOver {
        if wantsWorld { await open(&group) }
        for number in working..<executions.count {
          group.addTask(executorPreference: loop) { [self] in await work(in: number) }
          working += 1
        }
        _ = await changed.wait(until: EventLoop.now() + 100_000_000) { isOver || wantsWorld }
        if stop() || isSpent { isStopping = true }
        if hasLostServer() {
          for execution in executions where execution.isActive {
            execution.fail(.stuck("a server was lost"))
          }
        }
        endStandstill()
        progress(progressNow)
        if let checkpoint, failure == nil, pauses.isOver(at: seconds - before.seconds) {
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

  /// Whether there is work for another world: small trees are walked before it would be open.
  private var wantsWorld: Bool {
    executions.count < exploration.places.count && !isStopping && hasRoom
      && queue.waiting > 2 * executions.count
  }

  /// Ends schedules in which nothing has moved for longer than any server takes to answer.
  private func endStandstill() {
    for execution in executions
    where execution.isActive && EventLoop.now() - execution.lastMove > Self.standstill {
      execution.fail(.stuck("nothing moves: \(execution.standing)"))
    }
  }

  private static let standstill: Int64 = 20_000_000_000

  private var isOver: Bool { queue.running == 0 && (isStopping || queue.isDone) }

  /// Whether a schedule waits to be run, and may be.
  private var hasWork: Bool { queue.waiting > 0 && hasRoom }

  private var seconds: Double { before.seconds + Double(EventLoop.now() - began) / 1e9 }

  private var isSpent: Bool {
    let budget = exploration.budget
    if let most = budget.schedules, found.schedules - before.schedules >= most { return true }
    if let most = budget.seconds, seconds - before.seconds >= most { return true }
    return budget.stopsAtViolation && found.violations > 0
  }

  /// Whether one more schedule is within the budget, should all that are under way count.
  private var hasRoom: Bool {
    guard let most = exploration.budget.schedules else { return true }
    return found.schedules - before.schedules + queue.running < most
  }

  private var progressNow: ExplorationProgress {
    var covered: Double?
    if case .exhaustive = exploration.search { covered = found.covered }
    return ExplorationProgress(
      schedules: found.schedules, violations: found.violations, covered: covered,
      seconds: seconds)
  }

  /// What is left, with all that was found up to now.
  private var frontierNow: Frontier {
    queue.frontier(keys, found.values(after: seconds, isComplete: queue.isDone))
  }

  // MARK: Worlds

  /// Opens a world, lets `body` use it and open more, and removes what they created.
  private func withWorlds(_ body: (inout TaskGroup<Void>) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      await open(&group)
      if failure == nil { await body(&group) }
      for execution in executions {
        do throws(Failure) {
          try await execution.end()
        } catch {
          fail(.servers("removing the exploration's data", error))
        }
      }
      await group.waitForAll()
    }
  }

  /// Opens the next world.
  ///
  /// It runs a schedule nobody looks at: connections are open after it, and every server knows the
  /// scripts, which it would refuse the first time (NOSCRIPT).
  private func open(_ group: inout TaskGroup<Void>) async {
    let execution = Execution(
      exploration.configuration, topology: exploration.places[executions.count],
      servers: exploration.servers, keys: keys, on: loop)
    executions.append(execution)
    do throws(Failure) {
      try await execution.begin()
    } catch {
      fail(.servers("setting the stock", error))
    }
    group.addTask(executorPreference: loop) { await execution.serve() }
    group.addTask(executorPreference: loop) { await execution.watch() }
    for place in execution.clients.indices {
      group.addTask(executorPreference: loop) { await execution.live(execution.clients[place]) }
    }
    for number in 0..<execution.strategy.workers {
      group.addTask(executorPreference: loop) { await execution.runWorker(number) }
    }
    guard failure == nil else { return }
    do throws(Failure) {
      let first = DepthFirstScheduler(.root, Rules(reduces: false, preemptions: nil))
      _ = try await execution.run(first)
      if case .random = exploration.search, undisturbed == nil {
        undisturbed = try await execution.run(first).transitions.count
      }
    } catch {
      fail(.servers("warming up", error))
    }
  }

  private func fail(_ failure: ExplorationFailure) {
    if self.failure == nil {
      restAtFailure = frontierNow
      self.failure = failure
    }
    isStopping = true
  }

  /// Whether a server has ended by itself: nothing that was seen since is evidence.
  private func hasLostServer() -> Bool {
    if case .lost = failure { return true }
    let lost = exploration.watched.lost
    guard !lost.isEmpty else { return false }
    fail(.lost(lost, rest: frontierNow))
    return true
  }

  /// A failure, or that a server was lost, where that explains it: its connections end before its
  /// process does, a PostgreSQL's seconds before.
  private func explained(_ failure: ExplorationFailure) async -> ExplorationFailure {
    switch failure {
    case .unfit, .undecodable, .lost: return failure
    case .servers, .abortReason: break
    }
    let end = EventLoop.now() + 6_000_000_000
    while EventLoop.now() < end {
      let lost = exploration.watched.lost
      if !lost.isEmpty { return .lost(lost, rest: restAtFailure) }
      await loop.sleep(for: 10_000_000)
    }
    return failure
  }

  // MARK: Work

  private func work(in number: Int) async {
    defer {
      resting += 1
      changed.notifyAll()
    }
    while !isStopping {
      guard hasWork, let assignment = queue.take(for: number) else {
        if queue.running == 0 { break }
        idle += 1
        _ = await changed.wait { hasWork || queue.running == 0 || isStopping }
        idle -= 1
        continue
      }
      do throws(Failure) {
        switch assignment {
        case .walk(let branch): try await walk(branch, in: number)
        case .draw(let draw): try await self.draw(draw, in: number)
        }
      } catch {
        fail(.servers("running a schedule", error))
      }
      if failure != nil { queue.finish(number) }
      if isSpent { isStopping = true }
      if queue.running == 0 || idle > 0 && hasWork || wantsWorld { changed.notifyAll() }
    }
  }

  private func walk(_ branch: Branch, in number: Int) async throws(Failure) {
    let rules = rules
    let schedule = try await carryOut(in: number) { DepthFirstScheduler(branch, rules) }
    guard failure == nil, !hasLostServer(),
      let walk = executions[number].scheduler as? DepthFirstScheduler
    else {
      return
    }
    // From here on nobody looks until it is off the agenda and among the findings.
    let (branches, weight) = walk.branches()
    queue.finish(number, leaving: branches)
    found.cover(weight)
    note(schedule, walk.points, isRedundant: walk.isRedundant)
  }

  private var rules: Rules {
    guard case .exhaustive(let reduces, let preemptions) = exploration.search else {
      return Rules(reduces: false, preemptions: nil)
    }
    return Rules(
      reduces: reduces,
      awaitsRaces: exploration.awaitsRaces && exploration.configuration.faultBudget.isNone,
      preemptions: preemptions)
  }

  private func draw(_ draw: Int, in number: Int) async throws(Failure) {
    guard case .random(let random, let seed) = exploration.search else { return }
    // The same whatever was drawn before, since a seed is to draw the same schedules, and with room
    // for clients that try again.
    let length = (undisturbed ?? 0) * 3 / 2
    let schedule = try await carryOut(in: number) {
      Recorded(RandomScheduler(random, seed: seed, number: draw, length: length))
    }
    guard failure == nil, !hasLostServer(),
      let scheduler = executions[number].scheduler as? Recorded<RandomScheduler>
    else { return }
    queue.finish(number)
    note(schedule, scheduler.points)
  }

  /// Runs a schedule until the servers' own clocks can't have mattered.
  private func carryOut(
    in number: Int, _ scheduler: () -> some Scheduler
  ) async throws(Failure) -> Schedule {
    let schedule = try await untilFast(in: number, scheduler)
    if let abortReason = schedule.abortReason, abortReason != .endless {
      fail(
        .abortReason(
          abortReason, schedule: schedule.transitions.map { "\($0)" }.joined(separator: " ")))
    }
    return schedule
  }

  /// Runs a schedule until it was fast enough to be evidence, twenty times again at most.
  private func untilFast(
    in number: Int, recording: Bool = false, _ scheduler: () -> some Scheduler
  ) async throws(Failure) -> Schedule {
    var schedule = try await executions[number].run(scheduler(), recording: recording)
    var attempts = 0
    while schedule.abortReason == .slow, attempts < 20 {
      attempts += 1
      found.noteRepeated()
      schedule = try await executions[number].run(scheduler(), recording: recording)
    }
    return schedule
  }

  private func note(_ schedule: Schedule, _ points: [Point], isRedundant: Bool = false) {
    do throws(Undecodable) {
      try found.note(schedule, points, isRedundant: isRedundant)
    } catch {
      fail(.undecodable(error))
    }
  }

  func replay(
    _ transitions: [NamedTransition], times: Int
  ) async throws(ExplorationFailure) -> [Schedule] {
    await withWorlds { [self] _ in
      do throws(Failure) {
        for _ in 0..<times {
          let schedule = try await untilFast(in: 0, recording: true) {
            Replay(transitions, keys: keys)
          }
          guard schedule.abortReason != .slow else {
            fail(.abortReason(.slow, schedule: transitions.map { "\($0)" }.joined(separator: " ")))
            break
          }
          replayed.append(schedule)
        }
      } catch {
        fail(.servers("replaying a schedule", error))
      }
    }
    if let failure { throw await explained(failure) }
    return replayed
  }
}
